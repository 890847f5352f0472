"""Files made to harm, and good files damaged: always a document or an error of ours, whatever their name says."""

import io
import random
import tracemalloc
import zipfile
from pathlib import Path

import fuzz_readers
import pytest

from unionnlp.errors import ReadError, TooLarge, UnionNLPError
from unionnlp.reading import ocr
from unionnlp.reading.read import read, read_all

EXTENSIONS = ("txt", "docx", "doc", "wps", "xlsx", "xls", "html", "mht", "rtf", "odt", "md", "zip", "et", "pdf", "")
GOOD = sorted(path for path in fuzz_readers.FILES.iterdir() if path.suffix not in (".txt", ".fodt"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_damaged_files(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some hundred changes of each; tests/benchmarks/fuzz_readers.py makes ten thousand."""
    monkeypatch.setattr(ocr, "recognize", fuzz_readers.no_ocr)
    data = path.read_bytes()
    for _, change in fuzz_readers.changes(path):
        found = {fuzz_readers.check(change(data, random.Random(seed)), path.name) for seed in range(200)}
        assert {"read", "ReadError"} <= found or path.suffix in (".rtf", ".mht")


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_random_bytes_under_every_name(extension: str) -> None:
    heads = (
        b"",
        b"PK\x03\x04",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        b"{\\rtf1",
        b"<html>",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related;",
        b"\xff\xfe",
        b"%PDF-1.7\n",
    )
    for seed in range(len(heads)):
        data = heads[seed] + random.Random(seed).randbytes(20_000)
        with pytest.raises(UnionNLPError):
            read_all(data, f"x.{extension}")


def test_a_hundred_megabytes_of_one_line() -> None:
    tracemalloc.start()
    for line in (b"a" * 100_000_000, "工".encode() * 33_000_000, b"<html>" + b"a" * 100_000_000, b"{\\rtf1 " + b"a" * 100_000_000):
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        with pytest.raises(TooLarge):
            read(line, "x.txt")
        assert tracemalloc.get_traced_memory()[1] - before < 10_000_000
    tracemalloc.stop()


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("name", "member"),
    [("report.docx", "word/document.xml"), ("report.odt", "content.xml"), ("sheet.xlsx", "xl/workbook.xml"), ("sheet.xlsx", "xl/sharedStrings.xml")],
)
def test_entities_inside_and_outside(name: str, member: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(fuzz_readers.FILES / name) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == member:
                prolog, rest = data.split(b"?>", 1)
                data = prolog + b"?>" + ENTITIES.encode() + rest
            new.writestr(info, data)
    with pytest.raises(ReadError, match="document type"):
        read(buffer.getvalue(), name)


@pytest.mark.parametrize(("name", "member"), [("report.odt", "content.xml"), ("sheet.xlsx", "xl/worksheets/sheet1.xml"), ("report.docx", "word/document.xml")])
def test_a_part_that_unpacks_without_end(name: str, member: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(fuzz_readers.FILES / name) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info) + (b" " * 70_000_000 if info.filename == member else b""))
    with pytest.raises(TooLarge, match="declares"):
        read(buffer.getvalue(), name)
