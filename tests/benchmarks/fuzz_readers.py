"""Damaged files through every reader: each must give a document or an error of ours, in no time and no memory to speak of.

    python tests/benchmarks/fuzz_readers.py [mutations of each file, 10000 unless given] [first seed]

Members of packages are damaged before they are packed, so that the damage reaches the readers and not only the checksum.
"""

from __future__ import annotations

import io
import random
import resource
import struct
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from unionnlp.errors import MissingExtra, UnionNLPError
from unionnlp.reading import ocr
from unionnlp.reading.read import read_each
from unionnlp.records import Document

FILES = Path(__file__).parent.parent / "reading" / "files"
SLOW = 3.0
"""Seconds of one file that are told."""

PACKAGES = (".docx", ".odt", ".xlsx")
IN_PLACE = (".doc", ".xls", ".pdf")


def mutate(data: bytes, chance: random.Random) -> bytes:
    """A few bytes overwritten, cut out, doubled or cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed)) if changed else 0
        match chance.randrange(6):
            case 0:
                changed[at : at + 1] = chance.randbytes(1)
            case 1:
                del changed[at : at + chance.randint(1, 40)]
            case 2:
                changed[at:at] = changed[at : at + chance.randint(1, 40)]
            case 3:
                changed[at : at + 4] = struct.pack("<I", chance.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF]))
            case 4:
                changed[at : at + 2] = struct.pack("<H", chance.choice([0, 1, 0x7FFF, 0xFFFF, chance.randrange(65536)]))
            case _:
                if chance.random() < 0.1:
                    del changed[at:]
    return bytes(changed)


def mutate_member(data: bytes, chance: random.Random) -> bytes:
    """The package with one of its members changed and packed anew."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = chance.choice([info for info in old.infolist() if info.file_size])
        for info in old.infolist():
            new.writestr(info, mutate(old.read(info), chance) if info is chosen else old.read(info))
    return buffer.getvalue()


def overwrite(data: bytes, chance: random.Random) -> bytes:
    """Some bytes overwritten, the length kept: a compound file stays whole, the places that a PDF names stay right, and the damage reaches what is in it."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(512, len(changed) - 4)
        value = chance.choice([0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, chance.randrange(1 << 32)])
        size = chance.choice([1, 2, 4])
        changed[at : at + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
    return bytes(changed)


def no_ocr(image: object) -> NoReturn:
    """Stands in for OCR, which takes seconds a page and would be asked for the pages whose fonts are damaged."""
    raise MissingExtra("ocr", "reading a scanned page")


def check(data: bytes, name: str) -> str:
    """What became of a file; anything but a document or an error of ours is raised."""
    try:
        for entry in read_each(data, name):
            if isinstance(entry, Document):
                entry.text.encode()
                assert all(entry.text[cell.start : cell.end] == cell.text for table in entry.tables for row in table.rows for cell in row)
    except UnionNLPError as error:
        return type(error).__name__
    return "read"


def changes(path: Path) -> tuple[tuple[str, Callable[[bytes, random.Random], bytes]], ...]:
    """The ways to damage a file."""
    if path.suffix in PACKAGES:
        return (("bytes", mutate), ("members", mutate_member))
    return (("bytes", mutate), ("in place", overwrite)) if path.suffix in IN_PLACE else (("bytes", mutate),)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    failed = 0
    ocr.recognize = no_ocr
    for path in sorted(path for path in FILES.iterdir() if path.suffix not in (".txt", ".fodt")):
        data = path.read_bytes()
        for name, change in changes(path):
            seen: Counter[str] = Counter()
            slowest = 0.0
            for seed in range(first, first + count):
                damaged = change(data, random.Random(seed))
                began = time.process_time()
                try:
                    seen[check(damaged, path.name)] += 1
                except Exception:  # the very thing that is looked for
                    failed += 1
                    print(f"{path.name} {name} seed {seed}\n{traceback.format_exc()}")
                took = time.process_time() - began
                slowest = max(slowest, took)
                if took > SLOW:
                    print(f"{path.name} {name} seed {seed}: {took:.1f} s")
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{path.name:16} {name:8} {count} {dict(seen)} slowest {1000 * slowest:.0f} ms, peak memory {memory:.0f} MB", flush=True)
    print(f"{failed} failures")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
