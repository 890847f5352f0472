"""Labels: ranked, calibrated, with evidence that stands in the text; batches equal single calls; files without pickle."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.records import THEMES, ThemeLabel
from unionnlp.themes import model as module
from unionnlp.themes.model import Sigmoid, ThemeModel, classify, classify_many, default_model

CASES = [
    ("组织建设", "新建基层工会三十五家，发展会员一千二百名，其中农民工会员八百名，入会率达到九成。", ""),
    ("权益维护", "全年签订集体合同一百二十份，工资专项集体合同八十份；受理劳动争议案件四十起，调解成功三十六起。", ""),
    ("帮扶救助", "春节期间走访慰问困难职工家庭一百二十户，发放慰问金六万元，金秋助学资助二十名困难职工子女上大学。", ""),
    ("素质提升", "举办技能培训班十二期，开展岗位练兵、技术比武，五十名职工晋升技术等级。", ""),
    ("民主管理", "召开职工代表大会两次，征集职工代表提案三十件，落实厂务公开，民主评议领导干部。", ""),
    ("文体活动", "举办职工篮球赛、歌咏比赛和联欢晚会，参加演出的职工有三百多人。", ""),
    ("劳动保护", "开展安全生产检查，排查隐患六十处，组织女职工妇科体检，发放防暑降温用品。", ""),
    ("宣传教育", "组织职工学习法律法规，悬挂横幅、张贴标语、出黑板报，开展普法宣传。", ""),
    ("评先表彰", "我会被评为全市先进基层工会，两名同志荣获五一劳动奖章，三个班组被授予工人先锋号称号。", ""),
    ("存在问题", "工作中还存在一些不足：一是发展不平衡，二是干部业务不熟，离上级要求还有差距。", ""),
    ("下步计划", "下一步，我们将继续推进建会入会，着力抓好集体协商，力争明年再上新台阶。", ""),
]


@pytest.mark.parametrize(("theme", "text", "heading"), CASES, ids=[case[0] for case in CASES])
def test_a_plain_section_of_each_theme(theme: str, text: str, heading: str) -> None:
    assert classify(text, heading).theme == theme


def check(label: ThemeLabel, text: str) -> None:
    assert sorted(theme for theme, _ in label.ranking) == sorted(THEMES)
    probabilities = [probability for _, probability in label.ranking]
    assert abs(sum(probabilities) - 1.0) < 1e-9
    assert probabilities == sorted(probabilities, reverse=True)
    assert label.ranking[0] == (label.theme, label.probability)
    assert label.sure == (label.probability >= default_model().threshold)
    assert len(label.evidence) <= 3
    for evidence in label.evidence:
        assert text[evidence.start : evidence.end] == evidence.quote
        assert evidence.weight > 0
    weights = [evidence.weight for evidence in label.evidence]
    assert weights == sorted(weights, reverse=True)
    assert label.audiences


@settings(deadline=None)
@given(st.text(st.one_of(st.sampled_from("工会职困难慰问金签订合同。；\n １２a"), st.characters()), max_size=80), st.text(max_size=10))
def test_every_label_keeps_its_promises(text: str, heading: str) -> None:
    check(classify(text, heading), text)


def test_a_batch_equals_single_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(text, heading) for _, text, heading in CASES] + [("", ""), ("送温暖", "送温暖"), ("\n", ""), (CASES[2][1] * 20, "维权")]
    single = tuple(classify(text, heading) for text, heading in rows)
    assert classify_many(rows) == single
    assert classify_many(iter(rows)) == single
    monkeypatch.setattr(module, "_BATCH_CHARACTERS", 60)
    assert classify_many(rows) == single
    assert classify_many([]) == ()


def test_the_body_wins_over_the_heading() -> None:
    body = CASES[2][1]
    label = classify(f"一、狠抓维权工作落实\n{body}", "狠抓维权工作落实")
    assert label.theme == "帮扶救助"
    assert "权益维护" in [theme for theme, _ in label.ranking[:4]]


def test_the_heading_decides_where_the_body_says_little() -> None:
    body = "这项工作得到了大家的欢迎，效果是好的。"
    headings = {"开展文体活动": "文体活动", "推进厂务公开和民主管理": "民主管理", "送温暖": "帮扶救助", "加强自身建设": "自身建设"}
    assert [classify(f"{heading}\n{body}", heading).theme for heading in headings] == list(headings.values())
    assert dict(classify(body, "开展文体活动").ranking)["文体活动"] > dict(classify(body, "推进厂务公开").ranking)["文体活动"]


@pytest.mark.parametrize("text", ["", "   \n\t　", "\x00\x00", "゠゠゠", "\ud800"])
def test_what_says_nothing_is_other_and_unsure(text: str) -> None:
    label = classify(text)
    assert (label.theme, label.sure, label.evidence, label.audiences) == ("其他", False, (), ("全体",))
    assert label.probability == pytest.approx(1 / len(THEMES))
    check(label, text)


@pytest.mark.parametrize("text", ["工" * 1_000_000, "。" * 1_000_000, "《" * 300_000, "慰问困难职工\n" * 100_000], ids=["run", "stops", "brackets", "lines"])
def test_a_megabyte_of_anything_is_survived(text: str) -> None:
    check(classify(text, text[:1000]), text)


def test_evidence_is_the_sentence_that_speaks_for_the_theme() -> None:
    text = "今年以来，在上级的领导下，各项工作有了进展。春节期间走访慰问困难职工一百二十户，发放慰问金六万元。大家都很满意。"
    label = classify(text)
    assert label.theme == "帮扶救助"
    assert label.evidence[0].quote.strip() == "春节期间走访慰问困难职工一百二十户，发放慰问金六万元。"


def test_evidence_adds_up_to_the_texts_part_of_the_score() -> None:
    model = default_model()
    text = "走访慰问困难职工，发放慰问金。"  # one sentence: all of the score is its own
    label = model.classify(text)
    score = model.scores([(text, "")])[0, model.themes.index(label.theme)] - model.bias[model.themes.index(label.theme)]
    assert [evidence.weight for evidence in label.evidence] == pytest.approx([score * model.sigmoid.slope])


def test_probabilities_of_a_sigmoid_are_ordered_as_the_scores() -> None:
    scores = np.array([[0.3, -0.2, -1.0], [-50.0, 50.0, 0.0]])
    probabilities = Sigmoid(8.0, 2.0, 1.4).probabilities(scores)
    assert np.allclose(probabilities.sum(axis=1), 1.0)
    assert (np.argsort(-probabilities, axis=1) == np.argsort(-scores, axis=1)).all()


OWN = [("甲方交付货物三件", "货"), ("乙方交付货物两车", "货"), ("支付款项五万", "款"), ("付清款项尾数", "款")]


def test_own_labels_and_themes_can_be_trained_saved_and_loaded(tmp_path: Path) -> None:
    trained = ThemeModel.train(OWN)
    assert trained.themes == ("款", "货")
    assert [trained.classify(text).theme for text in ("交付货物", "款项已付", "")] == ["货", "款", trained.classify("").theme]
    trained.save(tmp_path / "own.npz")
    loaded = ThemeModel.load(str(tmp_path / "own.npz"))
    assert loaded.classify_many([(text, "") for text, _ in OWN]) == trained.classify_many([(text, "") for text, _ in OWN])
    assert loaded.card == trained.card
    loaded.save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "own.npz").read_bytes()


def test_the_order_of_the_rows_does_not_matter() -> None:
    assert ThemeModel.train(OWN).weights.tobytes() == ThemeModel.train(OWN[::-1]).weights.tobytes()


@pytest.mark.parametrize("rows", [[], [("甲", "货")], [("甲", "货"), ("乙", "货")], [("甲", "货"), ("乙", "货"), ("丙", "款")]])
def test_too_few_labels_are_an_error(rows: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match="two examples each"):
        ThemeModel.train(rows)


def test_a_file_that_is_no_model_is_an_error(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", format=np.array([99]))
    np.save(tmp_path / "array.npy", np.zeros(3))
    np.savez(tmp_path / "pickled.npz", format=np.array([1]), themes=np.array(["货", None], dtype=object))
    (tmp_path / "words.npz").write_text("no archive", encoding="utf-8")
    (tmp_path / "cut.npz").write_bytes((tmp_path / "other.npz").read_bytes()[:40])
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(ValueError, match=r".+"):
            ThemeModel.load(path)


def test_classifying_needs_neither_scikit_learn_nor_scipy() -> None:
    program = "import sys; from unionnlp.themes.model import classify; classify('慰问困难职工'); assert not {'sklearn', 'scipy', 'jieba', 'pandas'} & set(sys.modules)"
    subprocess.run([sys.executable, "-X", "utf8", "-c", program], check=True, cwd=Path(__file__).parents[2])


def test_traditional_text_is_read_like_its_simplified_twin() -> None:
    simple, traditional = "春节期间走访慰问困难职工，发放慰问金，帮扶单亲女职工。", "春節期間走訪慰問困難職工，發放慰問金，幫扶單親女職工。"
    (a, b) = classify_many([(simple, "送温暖"), (traditional, "送溫暖")])
    assert a.ranking == b.ranking
    assert all(traditional[e.start : e.end] == e.quote for e in b.evidence)
    assert b.evidence


def test_a_heading_that_promises_something_else_is_shown() -> None:
    body = "春节前走访慰问困难职工120户，发放慰问金6万元；为患病职工发放救助款3万元，金秋助学资助23名困难职工子女。"
    astray, agreeing, general = (classify(f"{heading}\n{body}", heading) for heading in ("加强工会组织建设，发展会员", "开展送温暖活动", "主要工作"))
    assert {label.theme for label in (astray, agreeing, general)} == {"帮扶救助"}
    assert [label.heading_theme for label in (astray, agreeing, general)] == ["组织建设", "", ""]
    assert classify(body).heading_theme == ""
