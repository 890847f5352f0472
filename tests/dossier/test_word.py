"""The Word 核查报告: in official form, with everything to ask about, and harmless whatever a submission holds."""

import datetime
import json
import re
import shutil
import zipfile
from importlib.resources import as_file

import docx
import pandas
import pytest
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.dossier.word import FAMILIES, FIGURES, FINDINGS, IN_PLACE, LISTED, PAIRS, write_word
from unionnlp.dossier.word_layout import RULED, Column, OfficialDocument
from unionnlp.lexicon import data_file, display_words
from unionnlp.reading.read import read
from unionnlp.scanning.local import scan
from unionnlp.structure.parse import parse

DAY = datetime.date(2024, 3, 5)
CHAPTERS = ["核查范围", "总体情况", "需要核实的问题", "疑似雷同材料", "未能读取的文件", "有关说明"]


@pytest.fixture
def write(tmp_path):
    def written(tables, **options):
        path = tmp_path / "核查报告.docx"
        write_word(tables, path, **{"date": DAY, **options})
        return path

    return written


def words(path):
    """All that a person reads, tables included, in order."""
    return read(str(path)).text


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """The scan of the samples that ship, and its report."""
    folder = tmp_path_factory.mktemp("word")
    with as_file(data_file("samples")) as texts:
        found = scan(texts, folder / "workspace")
    found.to_word(folder / "核查报告.docx", date=DAY)
    return found, folder / "核查报告.docx"


# ---------------------------------------------------------------------------------------------------------------- form


def test_the_page_is_that_of_an_official_document(write, tables):
    section = docx.Document(write(tables)).sections[0]
    sides = (section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side / Mm(1)) for side in sides] == [210, 297, 37, 35, 28, 26]


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [("Title", "方正小标宋简体", 22), ("Heading 1", "黑体", 16), ("Heading 2", "楷体_GB2312", 16), ("Heading 3", "仿宋_GB2312", 16), ("Body Text", "仿宋_GB2312", 16)],
)
def test_the_fonts_are_those_of_the_standard_for_chinese_text_too(write, tables, style, font, size):
    found = docx.Document(write(tables)).styles[style]
    fonts = found.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{use}")) for use in ("eastAsia", "ascii", "hAnsi")} == {font}
    assert not [name for name in fonts.attrib if "Theme" in name]
    assert found.font.size == Pt(size)
    assert found.font.color.rgb is None
    assert found.font.bold is (style == "Heading 3")


def test_lines_are_28_points_apart_and_paragraphs_open_two_characters_in(write, tables):
    style = docx.Document(write(tables)).styles["Body Text"]
    assert (style.paragraph_format.line_spacing_rule, style.paragraph_format.line_spacing) == (WD_LINE_SPACING.EXACTLY, Pt(28))
    assert style.paragraph_format.first_line_indent == Pt(32)
    assert style.element.pPr.ind.get(qn("w:firstLineChars")) == "200"


def test_fonts_that_are_missing_have_others_named_in_their_place(write, tables):
    with zipfile.ZipFile(write(tables)) as file:
        assert file.testzip() is None
        (name,) = [name for name in file.namelist() if "fontTable" in name]
        table = file.read(name).decode("utf-8")
    for font in ("方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体"):
        assert re.search(rf'w:name="{font}"><w:altName w:val="[^"]+"', table)


def test_pages_are_numbered_at_the_outer_side(write, tables):
    document = docx.Document(write(tables))
    assert document.settings.odd_and_even_pages_header_footer
    for footer, side in ((document.sections[0].footer, "RIGHT"), (document.sections[0].even_page_footer, "LEFT")):
        (paragraph,) = footer.paragraphs
        assert paragraph.alignment.name == side
        assert "".join(node.text for node in paragraph._p.iter(qn("w:t"))) == "— 1 —"
        assert [field.get(qn("w:instr")) for field in paragraph._p.iter(qn("w:fldSimple"))] == ["PAGE"]


def test_headings_of_tables_repeat_on_every_page_and_rows_stay_whole(write, tables):
    document = docx.Document(write(tables))
    assert document.tables
    for table in document.tables:
        marked = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert marked == [True] + [False] * (len(marked) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert sum(cell.width for cell in table.rows[0].cells) == pytest.approx(Mm(156), rel=0.001)


def place(tables, report_id, words):
    """Where words stand, in offsets of the file."""
    (row,) = tables["reports"][tables["reports"]["report_id"] == report_id].to_dict("records")
    at = row["text"].index(words) + row["start"]
    return at, at + len(words)


def borders(properties):
    return {line.tag.rpartition("}")[2]: int(line.get(qn("w:sz"))) for line in properties}


def test_tables_have_three_lines(write, tables):
    document = docx.Document(write(tables))
    style = document.styles[RULED].element
    assert borders(style.find(qn("w:tblPr")).find(qn("w:tblBorders"))) == {"top": 12, "bottom": 12}
    (heading,) = style.findall(qn("w:tblStylePr"))
    assert heading.get(qn("w:type")) == "firstRow"
    assert borders(heading.find(qn("w:tcPr")).find(qn("w:tcBorders"))) == {"bottom": 6}
    for table in document.tables:
        assert table.style.name == RULED
        assert table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"
        assert not list(table._tbl.iter(qn("w:tblBorders"), qn("w:tcBorders"), qn("w:shd")))


def test_tables_are_numbered_and_stay_with_their_captions(write, tables):
    captions = [p for p in docx.Document(write(tables)).paragraphs if p.style.name == "Table Caption"]
    assert [p.text.split()[0] for p in captions] == [f"表{i}" for i in range(1, len(captions) + 1)]
    assert [p.text.split()[1] for p in captions[:2]] == ["核查材料清单", "核查结果分类"]
    assert captions[0].style.paragraph_format.keep_with_next


def test_it_ends_with_unit_and_date(write, tables):
    last = [p.text for p in docx.Document(write(tables, unit="云溪市总工会")).paragraphs if p.text][-2:]
    assert last == ["云溪市总工会", "2024年3月5日"]
    assert [p.text for p in docx.Document(write(tables)).paragraphs if p.text][-2] == "（核查单位）"
    assert docx.Document(write(tables, unit="云溪市总工会")).core_properties.author == "云溪市总工会"


def test_the_library_reads_its_own_report_back_with_its_headings(write, tables):
    (report,) = parse(read(str(write(tables, unit="云溪市总工会"))))
    assert report.title == "工会报送材料核查报告"
    sections = list(report.walk())
    top = [section for section in sections if section.level == 1]
    assert [(s.number, s.heading) for s in top] == [(f"{n}、", heading) for n, heading in zip("一二三四五六", CHAPTERS, strict=True)]
    asked = [(s.level, s.number, s.heading) for s in top[2].sections]
    assert asked == [(2, "（一）", "数据打架（2处）"), (2, "（二）", "残损（1处）"), (2, "（三）", "存疑（1处）")]
    assert [s.number for s in top[2].sections[0].sections] == ["1.", "2."]


def test_each_level_counts_anew_under_the_one_above():
    paper = OfficialDocument("题", "", DAY)
    for level in (1, 2, 3, 4, 4, 3, 2, 1, 2):
        paper.heading(level, "甲")
    texts = [p.text for p in paper._document.paragraphs][1:]
    assert texts == ["一、甲", "（一）甲", "1. 甲", "（1）甲", "（2）甲", "2. 甲", "（二）甲", "二、甲", "（一）甲"]


def test_more_headings_than_numerals_are_numbered_all_the_same():
    paper = OfficialDocument("题", "", DAY)
    for _ in range(12):
        paper.heading(1, "甲")
    assert [p.text for p in paper._document.paragraphs][-3:] == ["十、甲", "11、甲", "12、甲"]


# ------------------------------------------------------------------------------------------------------------- content


def test_a_finding_has_report_quotes_places_computation_and_question(write, tables):
    said = words(write(tables))
    asked = said[said.index("数据打架（") : said.index("残损（")]
    assert "《国营第三纺织厂工会工作总结》" in asked
    assert "“工会会员780名”（第28字起）；“入会率95％以上”（第37字起）" in asked
    assert "780÷1000＝78%，至多78%，原文称95%以上。" in asked
    assert "请核实会员数、职工数和入会率各自的口径。" in asked


def test_a_finding_without_a_question_asks_for_the_original(write, tables):
    assert display_words("question")["finding"]["explanation"] in words(write(tables))


def test_the_gravest_come_first_and_the_hints_are_only_counted(write, tables):
    said = words(write(tables))
    order = [said.index(word) for word in ("数据打架（2处）", "残损（1处）", "存疑（1处）", "疑似雷同材料\n")]
    assert order == sorted(order)
    assert "另有无从核1处、提示1处，列于台账" in said
    assert "提案办结率没有给出件数" not in said


def test_copies_have_their_shares_in_both_directions_and_what_was_changed(write, tables):
    changed = [[*place(tables, "r-qinghe", "68家"), "68家", "68", *place(tables, "r-baishi", "86家"), "86家", "86"]]
    tables["matches"] = tables["matches"].assign(relation="other", changes=[json.dumps(changed), ""])
    said = words(write(tables))
    for share in ("93.0%", "94.0%", "90.0%", "91.0%"):
        assert share in said
    assert "疑似换数照搬。" in said
    assert re.search(r"表4\s甲、乙异数（1处）", said)
    assert re.search(r"1\s+全年新建工会组织＿＿\s+68家\s+86家", said)
    assert "甲有乙无的字句" in said
    assert "青河县总工会2023年工作总结》（县区/青河县总工会2023.docx）" in said
    assert "请核实各篇由谁执笔" in said


def test_of_many_changed_figures_the_first_stand_there_and_the_rest_are_counted(write, tables):
    spans = [*place(tables, "r-qinghe", "68家"), "68家", "68", *place(tables, "r-baishi", "86家"), "86家", "86"]
    tables["matches"] = tables["matches"].assign(changes=[json.dumps([spans] * (FIGURES + 3)), ""])
    said = words(write(tables))
    assert said.count("全年新建工会组织＿＿") == FIGURES
    assert f"以上列出{FIGURES}处，另有3处，见台账“雷同”。" in said


def test_figures_that_stayed_while_the_words_changed_are_named(write, tables):
    figures = [[*place(tables, "r-qinghe", "68家"), "68家", "68", *place(tables, "r-baishi", "86家"), "68家", "68"]]
    tables["matches"] = tables["matches"].assign(figures=[json.dumps(figures), ""])
    assert "甲、乙同数1处：68家。" in words(write(tables))


def test_a_pair_says_which_came_first_where_that_is_known(write, tables):
    tables["matches"] = tables["matches"].assign(earlier=["r-baishi", ""])
    shares = [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(write(tables)).tables if table.rows[0].cells[0].text == "本篇"]
    order = {row[0].partition("（")[0] + row[1]: row[2] for row in shares[0][1:]}
    assert sorted(order.values()) == ["在先", "在后", "未知", "未知"]
    assert [name for name, when in order.items() if when == "在先" and "白石镇" in name]
    assert "\t先后\t" not in words(write({**tables, "matches": tables["matches"].assign(earlier="")}))


def test_which_script_a_copy_is_written_in_is_no_change(write):
    texts = {"a": "甲县总工会慰问困难职工，组织劳动竞赛与业务培训。", "b": "乙縣總工會慰問困難職工，組織勞動競賽與業務培訓。"}
    reports = pandas.DataFrame([{"report_id": name, "title": f"{name}总结", "text": text, "end": len(text)} for name, text in texts.items()])
    match = {"a": "a", "b": "b", "kind": "light_edit", "containment_a": 0.9, "containment_b": 0.9, "passages": json.dumps([[0, len(texts["a"]), 0, len(texts["b"]), "edited"]])}
    said = words(write({"reports": reports, "matches": pandas.DataFrame([match])}))
    assert "甲有乙无的字句1处：“甲”" in said
    assert "乙有甲无的字句1处：“乙”" in said


def test_files_that_could_not_be_read_stand_with_what_to_do(write, tables):
    said = words(write(tables))
    assert "县区/加密<1>.docx" in said
    assert "请报送单位取消密码后重新报送。" in said


def test_places_that_overlap_are_quoted_once(write, tables):
    findings = tables["findings"].iloc[[2]].copy()
    findings["spans"] = "[[27, 34], [30, 40], [60, 66]]"
    said = words(write({**tables, "findings": findings}))
    assert said.count("第28字起") == 1
    assert "第31字起" not in said
    assert "第61字起" in said


def test_a_finding_across_reports_names_the_other_one(write, tables):
    findings = pandas.DataFrame(
        [{"report_id": "r-qinghe", "rule": "same_figure", "verdict": "conflict", "message": "不同", "spans": "[[5, 8], [4, 7]]", "report_ids": "r-qinghe、r-baishi", "start": 5}]
    )
    said = words(write({**tables, "findings": findings}))
    assert re.search(r"；(白石镇总工会)?《白石镇工会工作情况汇报》：“", said)


def test_a_letter_on_one_report_has_what_concerns_it_and_nothing_else(write, tables):
    path = write(tables, report_id="r-own")
    said = words(path)
    assert docx.Document(path).paragraphs[0].text == "关于核实报送材料有关情况的函"
    assert "国营第三纺织厂工会：" in said.split("\n")[:3]
    assert "780÷1000" in said
    assert "提案办结率没有给出件数" in said
    assert "未发现与所收其他材料疑似雷同之处" in said
    assert "青河县" not in said
    assert "加密" not in said


def test_a_letter_says_how_the_report_is_written_and_where_headings_mislead(write, tables):
    assert "套话率" not in words(write(tables, report_id="r-qinghe"))  # not known
    reports = tables["reports"].assign(stock_rate=0.125, fact_density=31.25, keywords="女职工、慰问")
    promised = ["宣传教育" if row == ("r-qinghe", 0) else "" for row in zip(tables["sections"]["report_id"], tables["sections"]["ordinal"], strict=True)]
    sections = tables["sections"].assign(heading_theme=promised)
    said = words(write({**tables, "reports": reports, "sections": sections}, report_id="r-qinghe"))
    assert "套话率12.5%，每千字数字31.2处。区别于其他各篇的关键词：女职工、慰问。" in said
    assert re.search(r"一、夯实组织基础\s+宣传教育\s+组织建设", said)
    assert "标题与正文主题不一" not in words(write({**tables, "sections": sections}, report_id="r-own"))


def test_a_letter_ends_as_letters_do(write, tables):
    texts = [p.text for p in docx.Document(write(tables, report_id="r-own", unit="云溪市总工会")).paragraphs if p.text]
    assert texts[-4:] == ["特此函告。", "云溪市总工会", "2024年3月5日", "（联系人：＿＿＿＿＿＿，联系电话：＿＿＿＿＿＿）"]
    assert "特此函告" not in words(write(tables))


def test_a_report_over_several_scans_says_so(write, tables):
    files = pandas.DataFrame({"file": ["甲.txt", "乙.txt", "丙.txt"], "batch": ["2022年度", "2022年度", "2023年度"], "scan": [1, 1, 2]})
    said = words(write({**tables, "files": files}))
    assert "本次扫描" not in said
    assert "历次扫描（共2次）现有3份文件" in said
    assert "最近一次扫描加入1份文件" in said
    assert "历次扫描（共2次）现有3份文件" in words(write({**tables, "files": files}, report_id="r-own"))


def test_the_list_of_what_was_checked_has_the_share_of_stock_phrases(write, tables):
    listed = words(write({**tables, "reports": tables["reports"].assign(stock_rate=0.125)}))
    assert "套话率" in listed
    assert "12.5%" in listed
    assert "nan" not in words(write(tables))


def test_a_letter_counts_from_the_report_that_it_is_about(write, tables):
    said = words(write(tables, report_id="r-cut"))
    assert "甲：" in said
    (mine,) = [line for line in said.split("\n") if line.startswith("甲：") and "柳林街道" in line]
    assert "98.0%" in mine
    assert "白石镇" not in said
    held = words(write(tables, report_id="r-qinghe"))
    assert "1462÷1506＝97.08%" in held


def test_a_report_that_is_not_there_is_an_error(write, tables, tmp_path):
    with pytest.raises(ValueError, match="no report"):
        write(tables, report_id="?")
    assert not list(tmp_path.iterdir())


# -------------------------------------------------------------------------------------------------- the shipped samples


def test_the_report_on_the_samples_has_every_conflict_and_every_damage(samples):
    found, path = samples
    said = "".join(words(path).split())
    asked = found.findings[found.findings["verdict"].isin(["conflict", "damaged"])]
    assert len(asked) > 10
    for row in asked.itertuples():
        assert "".join(row.message.split()) in said
        assert "".join(row.question.split()) in said
        assert "".join(row.quote.split())[:60] in said


def test_the_report_on_the_samples_has_every_pair_with_its_shares(samples):
    found, path = samples
    said = words(path)
    assert f"疑似雷同材料{len(found.matches)}组" in said
    for share in [*found.matches["containment_a"], *found.matches["discounted_b"]]:
        assert f"{share:.1%}" in said


def test_the_counts_are_those_of_the_scan(samples):
    found, path = samples
    table = docx.Document(path).tables[0]
    shown = {row.cells[0].text: row.cells[1].text for row in table.rows[1:]}
    counts = found.findings["verdict"].value_counts()
    for verdict, row in display_words("verdict").items():
        assert shown[row["chinese"]] == f"{counts.get(verdict, 0)}处"
    assert f"{len(found.files)}份文件" in words(path)


def test_long_tables_are_annexes_named_before_the_signature(samples):
    _, path = samples
    texts = [p.text for p in docx.Document(path).paragraphs]
    assert texts.index("附件：核查材料清单") < texts.index("（核查单位）") < texts.index("附件") < texts.index("核查材料清单")


def test_no_rule_and_no_verdict_stands_in_english(samples):
    found, path = samples
    asked = "".join(p.text for p in docx.Document(path).paragraphs)
    for word in {*found.findings["rule"], *found.findings["verdict"], *found.matches["kind"]}:
        assert word not in asked


def test_nobody_is_accused(samples, write, tables):
    for said in (words(samples[1]), words(write(tables)), words(write(tables, report_id="r-qinghe"))):
        assert "抄袭" not in said
        assert "疑似" in said
        assert "请核实" in said


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_an_office_program_opens_it(samples, tmp_path):
    import subprocess

    import pypdfium2

    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", "pdf", "--outdir", str(tmp_path), str(samples[1])]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with pypdfium2.PdfDocument(tmp_path / "核查报告.pdf") as pages:
        width, height = pages[0].get_size()
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
        assert "工会报送材料核查报告" in pages[0].get_textpage().get_text_range()
        assert "— 2 —" in pages[1].get_textpage().get_text_range()


# ------------------------------------------------------------------------------------------------- bounds and bad input


def test_long_batches_are_bounded_and_say_what_was_left_out(write):
    many = LISTED + 7
    reports = pandas.DataFrame([{"report_id": f"r{i}", "title": f"第{i}号总结", "reporting_unit": f"第{i}厂工会", "file": f"{i}.txt", "text": "共有职工人"} for i in range(many)])
    findings = pandas.DataFrame([{"report_id": f"r{i}", "verdict": "conflict", "rule": "rate", "message": f"算式{i}", "spans": "[[0, 5]]"} for i in range(FINDINGS + 3)])
    pairs = [{"a": "r0", "b": f"r{i}", "kind": "identical", "containment_a": 1.0, "containment_b": 1.0} for i in range(1, PAIRS + 3)]
    pairs += [{"a": f"r{2 * i}", "b": f"r{2 * i + 1}", "kind": "passage", "containment_a": 0.1, "containment_b": 0.1} for i in range(50, 50 + FAMILIES)]
    failures = pandas.DataFrame([{"file": f"坏{i}.doc", "advice": "请重新报送"} for i in range(IN_PLACE + 1)])
    path = write({"reports": reports, "findings": findings, "matches": pandas.DataFrame(pairs), "failures": failures})
    said = words(path)
    assert f"数据打架（{FINDINGS + 3}处）" in said
    assert f"以上列出{FINDINGS}处，另有3处，见台账“待核实清单”。" in said
    assert f"以上列出{PAIRS}对，另有2对，见台账“雷同”。" in said
    assert f"以上列出{FAMILIES}组，另有1组，见台账“雷同”。" in said
    assert f"以上列出{LISTED}行，另有7行，见卷宗。" in said
    assert f"算式{FINDINGS - 1}。" in said
    assert f"算式{FINDINGS}。" not in said
    assert "2. 未能读取的文件" in said
    annexes = [p.text for p in docx.Document(path).paragraphs if "附件" in p.text]
    assert annexes == ["核查材料清单见附件。", "有9份文件未能读取，不在核查之列，请按建议处理。文件和建议见附件。", "附件：1. 核查材料清单", "附件1", "附件2"]


def test_an_empty_batch_is_a_report_too(write):
    said = words(write({}))
    assert "本次扫描0份文件、0篇报告" in said
    assert "未发现需要核实的问题。" in said
    assert "各篇之间未发现疑似雷同之处。" in said
    assert "附件" not in said


def test_markup_in_a_submission_is_plain_text(write, tables):
    path = write(tables)
    said = words(path)
    assert '<script>alert("标题")</script>' in said
    assert "<img src=x onerror=alert(1)>合计不符" in said
    assert "请核实</td>。" in said
    with zipfile.ZipFile(path) as file:
        assert b"<script" not in file.read("word/document.xml")
        assert not [name for name in file.namelist() if "vba" in name.lower()]
        assert b'TargetMode="External"' not in b"".join(file.read(name) for name in file.namelist() if name.endswith(".rels"))


HOSTILE = st.text(st.characters(), max_size=60)


@settings(max_examples=15)  # each makes a whole document
@given(words=HOSTILE, title=HOSTILE, unit=HOSTILE, file=HOSTILE)
def test_whatever_a_submission_holds_it_can_be_written_and_opened(tmp_path_factory, words, title, unit, file):
    path = tmp_path_factory.getbasetemp() / "任意.docx"
    reports = pandas.DataFrame([{"report_id": name, "title": title, "reporting_unit": unit, "file": file, "text": words, "end": len(words)} for name in "ab"], dtype=object)
    findings = pandas.DataFrame([{"report_id": "a", "verdict": "conflict", "rule": words, "message": words, "question": words, "spans": f"[[0, {len(words)}]]", "quote": words}], dtype=object)
    match = {"a": "a", "b": "b", "kind": "passage", "passages": f'[[0, {len(words)}, 0, {len(words)}, "edited"]]'}
    failures = pandas.DataFrame([{"file": file, "advice": words}], dtype=object)
    write_word({"reports": reports, "findings": findings, "matches": pandas.DataFrame([match]), "failures": failures}, path, unit=unit, date=DAY)
    assert docx.Document(path).paragraphs


def test_characters_that_xml_cannot_hold_are_shown_as_such(write):
    failures = pandas.DataFrame([{"file": "坏\x00\x1b\ud800名\u202e", "advice": "两\n行"}], dtype=object)
    said = words(write({"failures": failures}, unit="\x00工会"))
    assert "坏\ufffd\ufffd\ufffd名\ufffd" in said
    assert "两 行" in said
    assert "\ufffd工会" in said


def test_an_older_file_stays_when_the_new_one_cannot_be_made(write, tables, monkeypatch, tmp_path):
    path = write(tables)
    before = path.read_bytes()
    monkeypatch.setattr(OfficialDocument, "save", lambda self, target: (_ for _ in ()).throw(OSError("no space")))
    with pytest.raises(OSError, match="no space"):
        write(tables)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_table_keeps_the_widths_it_was_given():
    paper = OfficialDocument("题", "", DAY)
    paper.table((Column("甲", 40), Column("乙", 116, True)), [("一", "二")])
    (table,) = paper._document.tables
    assert [round(column.width / Mm(1)) for column in table.columns] == [40, 116]
    assert [cell.paragraphs[0].style.name for cell in table.rows[1].cells] == ["Table Text", "Table Centred"]


@pytest.mark.parametrize(("rows", "together"), [(3, True), (40, False)])
def test_a_short_table_stays_on_one_page(rows, together):
    paper = OfficialDocument("题", "", DAY)
    paper.table((Column("甲", 156),), [("一",)] * rows)
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in paper._document.tables[0].rows]
    assert [bool(keep) for keep in kept] == [together] * rows + [False]


def test_the_signature_never_stands_on_a_page_of_its_own():
    paper = OfficialDocument("题", "", DAY)
    paper.paragraph("正文。")
    paper.sign("云溪市总工会", DAY, ["甲", "乙"])
    texts = {p.text: bool(p.paragraph_format.keep_with_next) for p in paper._document.paragraphs[1:]}
    assert texts == {"正文。": True, "": True, "附件：1. 甲": True, "2. 乙": True, "云溪市总工会": True, "2024年3月5日": False}
