"""The names that users call: the contract."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

import unionnlp as un

FUNCTIONS = {
    "read", "read_all", "parse", "repairs", "analyze", "segment", "parse_numeral", "find_quantities", "extract_facts", "classify", "classify_many",
    "theme_spans", "audit", "audit_across", "find_duplicates", "compare", "keywords", "concordance", "discover_terms", "concepts", "totals", "scan", "open_workspace",
}  # fmt: skip

FIELDS = {
    "Document": "text source tables notes",
    "Report": "report_id document start end title unit period sections tables",
    "Section": "start end level number heading sections",
    "Token": "start end text",
    "Quantity": "start end quote value low high unit bound",
    "Fact": "start end quote value low high unit bound indicator subject label period scope status flags cue confidence period_start period_end",
    "ThemeLabel": "theme sure probability ranking evidence audiences",
    "Finding": "rule verdict spans message computed stated question report_ids",
    "Match": "a b jaccard containment_a containment_b discounted_a discounted_b kind passages shared_figures",
    "Passage": "start_a end_a start_b end_b kind",
    "Table": "start end rows",
    "Repair": "start end kind replacement",
    "Analysis": "reports facts themes findings",
    "Comparison": "match",
    "Span": "start end",
}

SCAN = ("reports", "sections", "facts", "findings", "matches", "failures", "sql", "to_html", "to_excel", "to_word")

HEAVY = {"pandas", "pyarrow", "duckdb", "docx", "jieba", "sklearn", "scipy", "altair", "jinja2", "xlsxwriter", "lxml", "opencc", "datasketch", "click", "numpy", "tqdm"}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_of_the_contract_exists(name: str) -> None:
    assert callable(getattr(un, name))


@pytest.mark.parametrize(("name", "fields"), FIELDS.items())
def test_every_record_has_its_fields(name: str, fields: str) -> None:
    record = getattr(un, name)
    have = {field.name for field in dataclasses.fields(record)}
    assert set(fields.split()) <= have
    assert record.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert hasattr(record, "__slots__")
    assert hasattr(record, "to_dict")


@pytest.mark.parametrize("name", ["Facts", "Findings", "Matches"])
def test_the_collections_are_tuples_that_turn_into_tables(name: str) -> None:
    collection = getattr(un, name)
    assert issubclass(collection, tuple)
    assert list(collection().to_frame().columns)
    assert "<table" in collection()._repr_html_()


def test_report_has_its_text_and_walks_its_sections() -> None:
    (report,) = un.parse("云溪县总工会2019年工作总结\n一、组织建设\n（一）建会\n新建12家。")
    assert report.text == report.document.text
    assert [section.level for section in report.walk()] == [1, 2]


@pytest.mark.parametrize("name", SCAN)
def test_a_scan_has_its_tables(name: str) -> None:
    assert hasattr(un.Scan, name)


def test_the_defaults_of_signatures() -> None:
    import numpy as np

    rows = un.MinHasher().signatures(["走访慰问困难职工", ""])
    assert rows.shape == (2, 256)
    assert rows.dtype == np.uint32
    assert (rows[1] == 0xFFFFFFFF).all()


def test_all_is_complete_and_each_name_loads() -> None:
    assert len(set(un.__all__)) == len(un.__all__)
    for name in un.__all__:
        assert getattr(un, name) is not None
    assert set(un.__all__) <= set(dir(un))
    with pytest.raises(AttributeError):
        un.no_such_name  # noqa: B018


def test_every_public_name_says_what_it_answers() -> None:
    for name in un.__all__:
        assert (getattr(un, name).__doc__ or "").strip(), name


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys; before = set(sys.modules); import unionnlp; print(sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8").stdout
    roots = {name.strip("'").split(".")[0] for name in loaded.strip("[]\n").split(", ")}
    assert not roots & HEAVY, roots & HEAVY
    assert sum(name.strip("'").startswith("unionnlp.") for name in loaded.strip("[]\n").split(", ")) == 0
