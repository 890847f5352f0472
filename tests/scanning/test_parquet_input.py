"""Parquet files: each row a submission, as a line of a JSON-lines file with the same fields is."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from unionnlp.scanning.failures import Failure
from unionnlp.scanning.frames import TABLES
from unionnlp.scanning.lines import count_lines, read_lines
from unionnlp.scanning.local import scan

TEXT = "{}县总工会{}年工作总结\n一、帮扶救助\n走访慰问困难职工{}户，发放慰问金7万元。"
ROWS = [{"id": f"r{n}", "text": TEXT.format("东西南北中"[n % 5], 2001 + n, n + 20), "name": f"{n}.docx"} for n in range(6)]


def write(path: Path, table: pa.Table, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(table, path, **options)
    return path


def said(path: Path) -> list[str]:
    """Names of what was read, reasons of what was not."""
    return [f"{found.file}: {found.reason}" if isinstance(found, Failure) else found[0] for found in read_lines(path.name, path)]


def test_rows_give_what_lines_give(tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.mkdir()
    (lines / "part.parquet.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    write(tmp_path / "rows" / "part.parquet", pa.Table.from_pylist(ROWS), row_group_size=2)
    by_line = scan(lines, tmp_path / "w1", batch="b", workers=0)
    by_row = scan(tmp_path / "rows", tmp_path / "w2", batch="b", workers=0)
    assert by_row.files["file"].tolist() == [f"part.parquet/r{n}" for n in range(6)]
    assert by_row.files["notes"].tolist() == [f"name: {n}.docx" for n in range(6)]
    for table in TABLES.keys() - {"files", "reports"}:
        assert_frame_equal(getattr(by_line, table), getattr(by_row, table))


def test_a_dataset_is_a_folder_and_grows(tmp_path: Path, reads: list[str]) -> None:
    folder = tmp_path / "in"
    write(folder / "part-0.parquet", pa.Table.from_pylist(ROWS[:3]))
    (folder / "_SUCCESS").write_bytes(b"")
    (folder / ".part-0.parquet.crc").write_bytes(b"crc")
    scan(folder, tmp_path / "w", workers=0)
    write(folder / "part-1.parquet", pa.Table.from_pylist(ROWS[3:]))
    reads.clear()
    found = scan(folder, tmp_path / "w", workers=0)
    assert reads == [f"part-1.parquet/r{n}" for n in (3, 4, 5)]
    assert len(found.files) == 6
    assert not len(found.failures)


KINDS = {
    "strings": pa.array(["甲", "乙"]),
    "large strings": pa.array(["甲", "乙"], pa.large_string()),
    "a dictionary": pa.array(["甲", "乙"]).dictionary_encode(),
}


@pytest.mark.parametrize("texts", KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize("ids", [pa.array(["1", "2"]), pa.array([1, 2]), pa.array([1, 2], pa.int8())], ids=["text", "int", "small"])
def test_columns_of_any_kind_that_holds_texts(texts: pa.Array, ids: pa.Array, tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", pa.table({"more": [0.5, 1.5], "text": texts, "id": ids}))
    assert said(path) == ["a.parquet/1", "a.parquet/2"]
    assert count_lines(path) == 2


def test_a_broken_row_fails_alone_with_its_number(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", pa.table({"id": ["x", None, "x", "y", ""], "text": ["甲", "乙", "丙", None, "丁"]}))
    assert said(path) == [
        "a.parquet/x",
        'a.parquet:2: line 2: no "id"',
        "a.parquet:3: line 3: its id stood in a line above",
        'a.parquet:4: line 4: no object with "id" and "text"',
        'a.parquet:5: line 5: no "id"',
    ]


def test_bytes_that_are_no_text_fail_alone(tmp_path: Path) -> None:
    text = pa.Array.from_buffers(pa.string(), 2, [None, pa.array([0, 2, 5], pa.int32()).buffers()[1], pa.py_buffer(b"\xff\xfe\xe5\xb7\xa5")])
    assert said(write(tmp_path / "a.parquet", pa.table({"id": ["x", "y"], "text": text})))[1:] == ["a.parquet/y"]


@pytest.mark.parametrize("columns", [{"id": [1], "body": ["甲"]}, {"id": [1], "text": [b"\xff"]}, {"id": [1], "text": [1]}, {"id": [1], "text": [["甲"]]}])
def test_a_table_without_texts_is_told_at_once(columns: dict[str, list[object]], tmp_path: Path) -> None:
    assert said(write(tmp_path / "a.parquet", pa.table(columns))) == ['a.parquet: no columns "id" and "text"']


def test_an_empty_table_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert said(write(tmp_path / "a.parquet", pa.table({"id": pa.array([], pa.string()), "text": pa.array([], pa.string())}))) == ["a.parquet: the file is empty"]
    assert said(tmp_path / "b.parquet") == ["b.parquet: No such file or directory"]
    assert count_lines(tmp_path / "b.parquet") == 0


def test_a_column_whose_name_is_damaged(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", pa.Table.from_pylist(ROWS))
    path.write_bytes(path.read_bytes().replace(b"text", b"te\x80t"))
    assert said(path) == ["a.parquet: damaged, or no Parquet file"]
    assert count_lines(path) == 0


@given(at=st.integers(0, 10_000), with_=st.binary(max_size=40), cut=st.booleans())
def test_a_damaged_file_is_a_failure(at: int, with_: bytes, cut: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    data = write(folder / "a.parquet", pa.Table.from_pylist(ROWS)).read_bytes()
    at %= len(data)
    (folder / "a.parquet").write_bytes(data[:at] + with_ + (b"" if cut else data[at + len(with_) :]))
    for found in read_lines("a.parquet", folder / "a.parquet"):
        assert not isinstance(found, Failure) or str(folder) not in found.reason
