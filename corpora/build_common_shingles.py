"""Rebuild the table of common shingles from what lies beside this file and the samples, bit for bit.

    python corpora/build_common_shingles.py             # writes unionnlp/data/common_shingles.npz
    python corpora/build_common_shingles.py FOLDER      # writes it into FOLDER

A shingle is common when it stands in at least ``TEXTS`` otherwise different texts, or in a set sentence of ``stock/``. A text
of which half stands in an earlier one, such as the planted copies among the samples, is not counted.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CORPORA = Path(__file__).parent
ROOT = CORPORA.parent

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # the tree that this file stands in, installed or not

from unionnlp.arrays import write_arrays  # noqa: E402
from unionnlp.duplicates.common_shingles import FORM, NAME, as_codes, plain_shingles  # noqa: E402
from unionnlp.reading.read import read  # noqa: E402
from unionnlp.structure.parse import parse  # noqa: E402

TEXTS = 3
"""Otherwise different texts that make a shingle common: with two a place name or a turn of one writer is."""


def texts() -> Iterator[str]:
    """Every text of the corpora and every report of the samples; some rows are labels of a text that stands elsewhere."""
    for path in sorted(CORPORA.glob("*/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if text := json.loads(line).get("text"):
                yield re.sub("[⟦⟧]", "", text)
    for path in sorted((ROOT / "unionnlp" / "data" / "samples").iterdir()):
        yield from (report.text for report in parse(read(path)))


def otherwise_different(given: Iterable[str]) -> Iterator[set[str]]:
    """The shingles of each text, those left out of which half or more stand in one earlier text."""
    owners: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(given):
        shingles = plain_shingles(text)
        shared = Counter(owner for shingle in shingles for owner in owners[shingle])
        if 2 * max(shared.values(), default=0) < len(shingles):
            yield shingles
            for shingle in shingles:
                owners[shingle].append(number)


def build() -> dict[str, NDArray[np.uint32]]:
    """The table."""
    counted = Counter(shingle for shingles in otherwise_different(texts()) for shingle in shingles)
    sentences = (CORPORA / "stock" / "sentences.txt").read_text(encoding="utf-8").splitlines()
    stated = {shingle for sentence in sentences for shingle in plain_shingles(sentence)}
    return {"codes": as_codes(stated | {shingle for shingle, times in counted.items() if times >= TEXTS})}


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "unionnlp" / "data"
    arrays = build()
    write_arrays(target / NAME, FORM, arrays)
    print(json.dumps({"shingles": len(arrays["codes"])}))
