"""A JSON-lines file of texts: each line a submission, told by its id; a broken line fails alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from unionnlp.scanning import lines
from unionnlp.scanning.frames import TABLES
from unionnlp.scanning.inputs import find_inputs
from unionnlp.scanning.lines import is_lines, read_lines
from unionnlp.scanning.local import scan

TEXT = "{}县总工会{}年工作总结\n一、帮扶救助\n走访慰问困难职工{}户，发放慰问金7万元。"


def row(number: int, **more: object) -> str:
    return json.dumps({"id": f"r{number}", "text": TEXT.format("东西南北中"[number % 5], 2001 + number, number + 20), **more}, ensure_ascii=False)


def jsonl(path: Path, *rows: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_lines_give_what_files_with_their_texts_give(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for number in range(6):
        (texts / f"r{number}").write_text(json.loads(row(number))["text"], encoding="utf-8")
    by_file = scan(texts, tmp_path / "w1", batch="b", workers=0)
    by_line = scan(jsonl(tmp_path / "in" / "c.jsonl", *map(row, range(6))), tmp_path / "w2", batch="b", workers=0)
    assert by_line.files["file"].tolist() == [f"c.jsonl/r{number}" for number in range(6)]
    for table in TABLES.keys() - {"files", "reports"}:
        assert_frame_equal(getattr(by_file, table), getattr(by_line, table))
    assert_frame_equal(by_file.reports.drop(columns="file"), by_line.reports.drop(columns="file"))


def test_only_new_and_changed_lines_are_read(tmp_path: Path, reads: list[str]) -> None:
    path = jsonl(tmp_path / "in" / "c.jsonl", *map(row, range(4)))
    scan(path, tmp_path / "w", workers=0)
    reads.clear()
    jsonl(path, row(9), row(1), row(0), row(2, name="更正"), row(3))
    found = scan(path, tmp_path / "w", workers=0)
    assert reads == ["c.jsonl/r9", "c.jsonl/r2"]
    assert found.files["file"].tolist() == ["c.jsonl/r0", "c.jsonl/r1", "c.jsonl/r3", "c.jsonl/r9", "c.jsonl/r2"]
    assert found.files["notes"].tolist()[-1] == "name: 更正"
    assert found.reports["report_id"].is_unique
    pruned = scan(jsonl(path, row(9)), tmp_path / "w", workers=0, prune=True)
    assert pruned.files["file"].tolist() == ["c.jsonl/r9"]


BROKEN = {
    2: "no json",
    3: '{"id": "x"}',
    4: '{"text": "工会"}',
    5: '{"id": true, "text": "工会"}',
    6: "[1, 2]",
    7: row(0),
    8: '{"id": "leer", "text": " \\n"}',
    9: "[" * 100_000,
    10: '{"id": "halb\\ud800", "text": "某县总工会\\ud800总结，走访12户。"}',
}


def test_a_broken_line_fails_alone_with_its_number(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "in" / "c.jsonl", row(0), *BROKEN.values(), "", row(1))
    found = scan(path, tmp_path / "w", workers=0)
    assert found.files["file"].tolist() == ["c.jsonl/r0", "c.jsonl/halb?", "c.jsonl/r1"]
    assert set(found.failures["file"]) == {*(f"c.jsonl:{number}" for number in (2, 3, 4, 5, 6, 7, 9)), "c.jsonl/leer"}
    assert found.failures[found.failures["file"] == "c.jsonl:7"]["reason"].str.contains("line 7").all()
    assert_frame_equal(found.failures, scan(path, tmp_path / "w", workers=0).failures)
    mended = scan(jsonl(path, row(0), row(1)), tmp_path / "w", workers=0)
    assert mended.failures["file"].tolist() == []


def test_a_line_too_long_is_passed_over_without_being_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 1000)
    path = jsonl(tmp_path / "c.jsonl", row(0), json.dumps({"id": "x", "text": "长" * 5000}), row(1))
    found = list(read_lines("c.jsonl", path))
    assert [one[0] if isinstance(one, tuple) else (one.file, one.code) for one in found] == ["c.jsonl/r0", ("c.jsonl:2", "too_large"), "c.jsonl/r1"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("c.jsonl", "不是", True),
        ("C.NDJSON", "", True),
        ("corpus", row(0) + "\n" + row(1) + "\n", True),
        ("corpus.json", row(0) + "\n" + row(1), True),
        ("corpus", '{"a": 1}\n', False),
        ("corpus", "某县总工会", False),
        ("corpus.txt", row(0) + "\n", False),
    ],
)
def test_lines_are_told_by_name_or_content(name: str, content: str, expected: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert is_lines(tmp_path / name) is expected
    assert find_inputs(tmp_path, tmp_path / "w").lines == (frozenset({name}) if expected else frozenset())


def test_a_corpus_among_files(tmp_path: Path) -> None:
    jsonl(tmp_path / "in" / "b.jsonl", row(1), row(2))
    (tmp_path / "in" / "a.txt").write_text(json.loads(row(0))["text"], encoding="utf-8")
    (tmp_path / "in" / "c.txt").write_text(json.loads(row(3))["text"], encoding="utf-8")
    (tmp_path / "in" / "空.jsonl").write_bytes(b"")
    found = scan(tmp_path / "in", tmp_path / "w", workers=2)
    assert found.files["file"].tolist() == ["a.txt", "b.jsonl/r1", "b.jsonl/r2", "c.txt"]
    assert found.failures[["file", "code"]].values.tolist() == [["空.jsonl", "empty_document"]]
