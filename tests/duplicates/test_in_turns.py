"""What is found does not depend on how many keys and links are looked at together."""

import random
import sys
from pathlib import Path

import pytest

from unionnlp.duplicates import candidates, links
from unionnlp.duplicates.find import find_duplicates

sys.path.insert(0, str(Path(__file__).parent))
import planting


@pytest.mark.parametrize(("keys", "linked"), [(1, 64), (100, 128), (5000, 1024)])
def test_a_batch_looked_at_in_turns_gives_the_same(keys: int, linked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(3)
    texts = {f"{k:03}": planting.report(k, 600) for k in range(60)}
    for k in range(20):
        source = texts[f"{rng.randrange(60):03}"]
        texts[f"copy{k}"] = planting.report(1000 + k, 300) + source[100:350] + planting.report(2000 + k, 300)
    whole = find_duplicates(texts)
    assert len(whole) >= 20
    monkeypatch.setattr(links, "AT_ONCE", keys)
    monkeypatch.setattr(candidates, "LINKS_AT_ONCE", linked)
    assert find_duplicates(texts) == whole
