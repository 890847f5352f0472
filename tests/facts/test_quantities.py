"""Quantities: constructions with quote, value, unit, bound and flags as data; what is none; what holds for any text."""

from __future__ import annotations

import json
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionnlp.facts.grammar import grammar
from unionnlp.facts.patterns import compiled
from unionnlp.facts.quantities import find_quantities
from unionnlp.lexicon import load_table
from unionnlp.records import BOUNDS, Quantity

COLUMNS = ("surface", "unit", "kind", "after", "small", "example", "counterexample", "source")
CASES = Path(__file__).parents[1] / "cases" / "facts"


def cases(name: str, kind: str = "") -> list[Any]:
    """Rows of a file as parameters; known failures are strict."""
    rows = [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [pytest.param(r, id=r["label"], marks=[pytest.mark.xfail(strict=True, reason=r["reason"])] if kind else []) for r in rows if not kind or r["kind"] == kind]


def number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def shown(quantity: Quantity) -> tuple[object, ...]:
    return quantity.quote, quantity.value, quantity.low, quantity.high, quantity.unit, quantity.bound, quantity.flags


@pytest.mark.parametrize("row", load_table("not_quantities", ("id", "opens", "pattern", "example", "counterexample", "source")), ids=lambda row: row["id"])
def test_no_exclusion_is_passed_over_by_the_first_look(row: dict[str, str]) -> None:
    found = compiled(row["pattern"], ascii_only=True).search(row["example"])
    assert found is not None
    assert grammar().start.match(row["example"], found.start())


def test_what_begins_no_figure_and_no_exclusion_is_passed_over() -> None:
    assert "".join(match[0] for match in grammar().start.finditer("各级工会，新建同志，自觉第三、各两名、自20××年")) == "第三各两自20××"


@pytest.mark.parametrize("case", [*cases("quantities"), *cases("known_failures", "quantity")])
def test_a_quantity_has_its_quote_value_unit_and_bound(case: dict[str, Any]) -> None:
    expected = [
        (e["quote"], number(e.get("value")), number(e.get("low")), number(e.get("high")), e["unit"], e.get("bound", "range" if "low" in e else "exact"), tuple(e.get("flags", ())))
        for e in case["expected"]
    ]
    assert [shown(quantity) for quantity in find_quantities(case["text"])] == expected


@pytest.mark.parametrize("case", [*cases("not_quantities"), *cases("known_failures", "not_quantity")])
@pytest.mark.parametrize("end", ["", "。"])
def test_what_is_no_quantity_is_not_found(case: dict[str, str], end: str) -> None:
    assert find_quantities(case["text"] + end) == ()


NOT_AGAIN = {param.values[0]["label"]: param.marks for param in cases("known_failures", "longer")}


@pytest.mark.parametrize("case", [pytest.param(*param.values, id=param.id, marks=NOT_AGAIN.get(param.id, [])) for param in cases("quantities")])
def test_a_quantity_is_found_again_inside_a_longer_text(case: dict[str, Any]) -> None:
    before, behind = "工会开展了各项工作。\n", "\n职工反映良好。"
    alone = find_quantities(case["text"])
    within = find_quantities(before + case["text"] + behind)
    assert [(q.start - len(before), *shown(q)) for q in within] == [(q.start, *shown(q)) for q in alone]


PIECES = (
    *"一二两三九十百千万亿零〇半点分之第年月日人名个家元户次%％，。、；：？！“”《》（）\n 0123456789１２余多几来约近超至到和—-~/.,xX×*○□_甲的率占达〔〕",
    *("人次", "万元", "亿元", "个百分点", "百分之", "三分之一", "1/4", "1,100", "2008年", "5月9日", "组建率达", "共有职工人", "捐款元", "走访慰问", "以上", "左右", "不足"),
    *("总工会", "女职工", "優惠", "總會", "維護", "?先进?", "\u200b", "⼯", "第一", "一、", "12351热线", "皖A86087", "元3角", "一成", "\r\n", "¥", "\U0001f600"),
)
any_text = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))


@given(any_text)
def test_any_text_gives_quantities_whose_quotes_hold(text: str) -> None:
    last = 0
    for quantity in find_quantities(text):
        assert last <= quantity.start < quantity.end <= len(text)
        assert text[quantity.start : quantity.end] == quantity.quote
        last = quantity.end
        assert quantity.bound in BOUNDS
        assert quantity.unit
        assert (quantity.value is None) == (quantity.bound in ("range", "missing"))
        assert (quantity.low is None) == (quantity.high is None) == (quantity.bound != "range")
        if quantity.low is not None:
            assert quantity.high is not None
            assert 0 <= quantity.low < quantity.high
        if quantity.value is not None:
            assert quantity.value.is_finite()
            assert quantity.value >= 0 or quantity.quote[0] in "-−－负負"


@given(st.text(st.sampled_from("一二三五七十百千万亿点零分之人名家元户%，。第年0123456789.余多约至—的达慰问"), max_size=24))
def test_what_is_found_in_a_text_is_found_again_inside_a_longer_one(text: str) -> None:
    before, behind = "工会开展工作。\n", "。\n职工反映良好。"
    alone = find_quantities(text + "。")
    within = find_quantities(before + text + behind)
    assert [(q.start - len(before), *shown(q)) for q in within] == [(q.start, *shown(q)) for q in alone]


def test_values_are_decimals_never_binary_floats() -> None:
    (rate,) = find_quantities("占总投诉案件的46.1%。")
    (money,) = find_quantities("退还会费123.11元。")
    assert (type(rate.value), str(rate.value), str(money.value)) == (Decimal, "46.1", "123.11")


def test_values_are_exact_whatever_the_context_of_the_caller() -> None:
    text = "投入123456.789万元，增长百分之十二点五，三分之一以上的企业参加，比上年多3.25‰。"
    expected = [quantity.value for quantity in find_quantities(text)]
    assert expected == [Decimal("1234567890"), Decimal("12.5"), Decimal("33.33"), Decimal("0.325")]
    with localcontext(prec=2):
        assert [quantity.value for quantity in find_quantities(text)] == expected


@pytest.mark.parametrize(("surface", "unit"), [(row["surface"], row["unit"]) for row in load_table("classifiers", COLUMNS) if not row["after"]])
@pytest.mark.parametrize("figure", ["12", "1,200", "1.2万", "三百二十", "5—8", "近百", "80余"])
def test_every_classifier_takes_every_kind_of_figure(surface: str, unit: str, figure: str) -> None:
    (quantity,) = find_quantities(f"全年共有{figure}{surface}。")
    assert (quantity.quote, quantity.unit) == (f"{figure}{surface}", unit)
