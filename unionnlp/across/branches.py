"""Which units stand below which: read from the names (云溪县柳碓镇 below 云溪县) and from lists (下辖柳碓镇、砚坪镇)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..errors import NumeralError
from ..facts.numerals import parse_numeral
from .batch import NONE, Senders, place_of
from .cues import cue

__all__ = ["Branches"]

LONGEST_LIST = 400
"""Characters behind the cue that are read as a list."""

_ENDS = "。！？!?；;\n，,"


class Branches:
    """Each unit with the one above it; the lists are read piece by piece.

    Args:
        senders: of the batch.
    """

    def __init__(self, senders: Senders) -> None:
        self._senders = senders
        self.above: dict[int, int] = dict(senders.above)
        self.complete: dict[int, int] = {}
        """How many are below a unit, where a list says which and all of them are in the batch."""

    def read(self, numbers: Sequence[int], texts: Sequence[str]) -> None:
        """Find the lists in some reports, given by number and text; of two that disagree the first counts, and of two lengths the last.

        Complexity: one search a text.
        """
        for number, text in zip(numbers, texts, strict=True):
            own = int(self._senders.unit[number])
            if own == NONE:
                continue
            for names, declared in _lists(text):
                found = self._known(own, names)
                for below in sorted(found):
                    self.above.setdefault(below, own)
                if len(found) > 1 and len(found) == (declared or len(names)):
                    self.complete[own] = len(found)

    def _known(self, own: int, names: Sequence[str]) -> set[int]:
        """The units of the batch that a list of ``own`` names."""
        stems, place = self._senders.stems, place_of(self._senders.units.words[own])
        units = (stems.get(place + name, stems.get(name, NONE)) for name in names)
        return {unit for unit in units if unit not in (NONE, own)}


def _lists(text: str) -> Iterator[tuple[list[str], int]]:
    """Names listed as the units below (下辖柳碓镇、砚坪镇等2个镇), with how many there are said to be (0: not said)."""
    for match in cue("comprises").finditer(text):
        rest = text[match.end() : match.end() + LONGEST_LIST]
        rest = rest[: min((at for mark in _ENDS if (at := rest.find(mark)) >= 0), default=len(rest))]
        declared, several = 0, cue("several").search(rest)
        if several is not None:
            try:
                declared = int(parse_numeral(several[1]))
            except NumeralError:
                continue
            rest = rest[: several.start()] if several.start() else rest[several.end() :]
        names = [name.strip("：:（）() 等和及共") for name in rest.replace("和", "、").replace("及", "、").split("、")]
        yield [name for name in names if name], declared
