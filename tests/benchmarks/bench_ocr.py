"""How well scanned pages are read: character error, confidence, time and memory, under what happens to paper.

    python tests/benchmarks/bench_ocr.py [reports, 4 by default] [name of a condition ...]

The samples that ship are set on pages, spoilt, put into a PDF of pictures and read as any file. Errors are the characters of an alignment that
differ (an upper bound of the edit distance) over the characters of the text: strictly, and after folding widths. White space does
not count. Beside them: how many facts, headings and themes differ from those of the plain text. The aim: under 1% folded.
"""

from __future__ import annotations

import difflib
import resource
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable

from page_images import SANS, Image, Setting, blurred, faxed, noisy, pages, scan, squeezed, stamped, turned

from unionnlp.facts.extract import extract_facts
from unionnlp.lexicon import data_file
from unionnlp.reading.read import read
from unionnlp.records import Document, Section
from unionnlp.structure.parse import parse
from unionnlp.themes.model import classify

SMALL = Setting(points=12, spacing=1.5)

CONDITIONS: dict[str, tuple[Setting, Callable[[Image], Image]]] = {
    "16 pt, 200 dpi": (Setting(), lambda page: page),
    "12 pt, 150 dpi": (Setting(dpi=150, points=12, spacing=1.5), lambda page: page),
    "ragged, 14 pt": (Setting(points=14, justified=False), lambda page: page),
    "12 pt, 300 dpi, sans": (Setting(dpi=300, points=12, spacing=1.5, family=SANS), lambda page: page),
    "two columns, 10.5 pt": (Setting(points=10.5, spacing=1.6, columns=2), lambda page: page),
    "seal": (SMALL, stamped),
    "seal, dark": (SMALL, lambda page: stamped(page, dark=True)),
    "skew 3, jpeg 30": (SMALL, lambda page: squeezed(turned(page, 3))),
    "skew -2, noise, jpeg, seal": (SMALL, lambda page: squeezed(noisy(turned(stamped(page), -2)))),
    "blurred, pale": (Setting(points=12, spacing=1.5, ink=90), lambda page: blurred(page, 1.5)),
    "fax": (SMALL, faxed),
    "fax, 100 dpi": (Setting(dpi=100, points=12, spacing=1.5), faxed),
    "fax of a seal": (SMALL, lambda page: faxed(stamped(page))),
    "upside down": (SMALL, lambda page: turned(page, 180)),
}

Place = tuple[str, str]


def folded(text: str) -> str:
    """Without white space, full width as half width, dashes as one."""
    return "".join("-" if char in "—–―－" else unicodedata.normalize("NFKC", char) for char in text if not char.isspace())


def errors(want: str, got: str) -> Counter[Place]:
    """What differs in an alignment, (wanted, got) each, with the number of characters."""
    found: Counter[Place] = Counter()
    for kind, a, b, c, d in difflib.SequenceMatcher(None, want, got, autojunk=False).get_opcodes():
        if kind != "equal":
            found[(want[a:b], got[c:d])] += max(b - a, d - c)
    return found


def contents(document: Document) -> dict[str, Counter[object]]:
    """What the later stages make of a document, in forms that compare."""
    reports = parse(document)
    sections: Iterable[Section] = [section for report in reports for section in report.walk()]
    return {
        "facts": Counter(
            (folded(fact.quote), fact.value, fact.low, fact.high, fact.unit, fact.bound, fact.indicator, fact.status)
            for report in reports
            for fact in extract_facts(report)
        ),
        "headings": Counter((section.level, folded(section.number), folded(section.heading)) for section in sections),
        "themes": Counter(
            (folded(section.heading), classify(document.text[section.start : section.end], heading=section.heading).theme) for section in sections
        ),
    }


def measure(name: str, reports: list[Document]) -> Counter[Place]:
    setting, spoil = CONDITIONS[name]
    strict = loose = characters = count = 0
    confidence = seconds = 0.0
    differ: Counter[str] = Counter()
    of: Counter[str] = Counter()
    confused: Counter[Place] = Counter()
    for plain in reports:
        spoilt = [spoil(page) for page in pages(plain.text, setting)]
        data = scan(spoilt, setting.dpi)
        start = time.process_time()
        document = read(data, "scan.pdf")
        seconds += time.process_time() - start
        count += len(spoilt)
        strict += sum(errors("".join(plain.text.split()), "".join(document.text.split())).values())
        found = errors(folded(plain.text), folded(document.text))
        loose += sum(found.values())
        confused += found
        characters += len(folded(plain.text))
        confidence += next(float(note.rsplit(" ", 1)[1]) for note in document.notes if note.startswith("ocr:")) / len(reports)
        wanted, got = contents(plain), contents(document)
        for kind in wanted:
            differ[kind] += sum(((wanted[kind] - got[kind]) | (got[kind] - wanted[kind])).values())
            of[kind] += sum(wanted[kind].values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    kinds = "  ".join(f"{kind} {differ[kind]}/{of[kind]}" for kind in of)
    print(
        f"{name:27} {100 * strict / characters:6.2f}% {100 * loose / characters:6.2f}%  {confidence:.3f} {seconds / count:6.1f} s {peak:5} MB  {kinds}",
        flush=True,
    )
    return confused


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    every = sorted(data_file("samples").iterdir(), key=lambda file: file.name)
    reports = [read(file) for file in every[1 :: max(1, (len(every) - 1) // count)][:count]]  # type: ignore[arg-type]
    print(f"{'condition':27} strict  folded   conf.  CPU/page  peak      differ from plain text")
    confused: Counter[Place] = Counter()
    for name in sys.argv[2:] or CONDITIONS:
        confused += measure(name, reports)
    print("most frequent confusions (folded):", "  ".join(f"{want!r}>{got!r} {n}" for (want, got), n in confused.most_common(25)))


if __name__ == "__main__":
    main()
