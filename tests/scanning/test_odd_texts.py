"""Texts that once stopped a whole scan, or were accused of nothing: through all stages, no exception, every place inside."""

from __future__ import annotations

import pytest

import unionnlp as un

ODD = {
    "a figure beyond any sum": "慰问困难职工2人，发放慰问金999999999999999999999999亿元，同比增长12.000000000001%，占总数的0.000000001%。",
    "a place near the end": "一九九〇年担任主席至今十八年来2019年成立",
    "digits of other scripts": "组建率达٣，百分之٣，3、٣万元，৩人，1/٣，１２０人。",
    "a lone surrogate": "總工會\ud800維權幫扶，慰問職工8人。",
    "control characters": "慰问\x00职工\x0180人次。",
    "only separators": "\u2028\u2029\x1c\x85",
    "carriage returns": "云溪县总工会2019年工作总结\r一、帮扶\r走访慰问80人次。\r",
}


@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
def test_an_odd_text_passes_all_stages(text: str) -> None:
    analysis = un.analyze(un.Document(text))
    for fact in analysis.facts:
        assert text[fact.start : fact.end] == fact.quote
    for finding in analysis.findings:
        assert finding.spans
        assert all(0 <= span.start <= span.end <= len(text) for span in finding.spans)


def test_figures_that_share_an_absurd_size_are_still_computed() -> None:
    findings = un.audit("慰问困难职工2人，发放慰问金999999999999999999999999亿元。")
    assert [finding.rule for finding in findings] == ["per_head"]
    assert findings[0].verdict == "doubtful"


def test_full_width_digits_count_and_those_of_other_scripts_do_not() -> None:
    assert [q.quote for q in un.find_quantities("培训１２０人，参加৩人。")] == ["１２０人"]


def test_two_reports_of_a_line_each_are_not_alike_by_their_titles() -> None:
    texts = {"甲": "东山县总工会2020年工作总结\n慰问100人。", "乙": "西河县总工会2020年工作总结\n培训300人。"}
    assert un.find_duplicates(texts) == ()


def test_a_mistyped_path_is_an_error_and_a_sentence_is_none() -> None:
    with pytest.raises(un.ReadError):
        un.analyze("没有这份文件.docx")
    assert un.analyze("走访慰问困难职工80人次。").facts


def test_a_year_pasted_on_a_title_stands_apart_from_what_the_body_says() -> None:
    (report,) = un.parse("云溪县总工会2022年工作总结\n2010年上半年，县总工会做了以下工作。\n一、帮扶\n走访80户。")
    assert (report.period, report.body_period) == ("2022年", "2010年上半年")
