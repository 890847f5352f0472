"""What the name of a file and those of the folders around it state: whose it is and of when.

Who copies a report may leave the name of its unit in the text and put his own on the file.
"""

from __future__ import annotations

import posixpath
from functools import lru_cache

from ..duplicates.folding import decode, fold
from ..reading.sniff import claimed
from ..structure.parse import parse

__all__ = ["Stated", "folded", "stated_by_names", "stem", "unlike"]

Stated = tuple[str, str, str, str]
"""Unit and time by the name of a file, unit and time by the nearest folders that state them; folded, empty where nothing is stated."""


def folded(text: str) -> str:
    """A name as names are compared: width, script and blanks told apart no more."""
    return decode(fold(text).codes)


def stem(name: str) -> str:
    """The name of a file without its endings: a program that prints to PDF makes 总结.docx.pdf.

    Example:
        >>> stem("总结.docx.pdf"), stem("第1.2版.txt")
        ('总结', '第1.2版')
    """
    while claimed(name):
        name = posixpath.splitext(name)[0]
    return name


def stated_by_names(file: str) -> Stated:
    """What a path states.

    Example:
        >>> stated_by_names("青河县总工会/2023年/工作总结.docx")
        ('', '', '青河县总工会', '2023年')
    """
    *folders, name = file.split("/")
    around = [_named(folder) for folder in reversed(folders)]
    nearest = (next(filter(None, (named[i] for named in around)), "") for i in range(2))
    unit, time = nearest
    return (*_named(stem(name)), unit, time)


def unlike(a: Stated, b: Stated) -> bool:
    """Whether two paths state different things; one may be the short form of the other, or state nothing.

    Example:
        >>> unlike(stated_by_names("甲县总工会.txt"), stated_by_names("乙县总工会.txt"))
        True
    """
    return not all(_abbreviates(*sorted(both, key=len)) for both in zip(a, b, strict=True))


@lru_cache(maxsize=1024)
def _named(words: str) -> tuple[str, str]:
    """The unit and the time that a name states, folded; it is read as the title of a report is."""
    (report, *_) = parse(words) or (None,)
    return (folded(report.unit), folded(report.period)) if report else ("", "")


def _abbreviates(short: str, long: str) -> bool:
    """Whether a name may be the short form of another: characters left out, as 青河总工会 of 青河县总工会, or all of them."""
    rest = iter(long)
    return all(character in rest for character in short)
