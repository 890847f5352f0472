"""The files of an index: whole or not there, whatever happens to who writes them; what is damaged is named."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from unionnlp.duplicates import store
from unionnlp.duplicates.index import DuplicateIndex
from unionnlp.errors import WorkspaceError

sys.path.insert(0, str(Path(__file__).parent))
import planting

TEXTS = {f"y{seed}": planting.report(3000 + seed, 600) for seed in range(8)}
COPY = planting.edited(TEXTS["y3"], 1, 0.02)


@pytest.fixture
def index(tmp_path):
    index = DuplicateIndex.open(tmp_path)
    index.add(TEXTS)
    return index


def part_of(folder):
    (part,) = folder.glob("*.part")
    return part


def refused(folder, code, words):
    with pytest.raises(WorkspaceError, match=words) as caught:
        DuplicateIndex.open(folder).query(COPY)
    assert caught.value.code == code


@pytest.mark.parametrize("left", [0, 1, 40, 0.5, 0.99])
def test_a_truncated_part_is_refused(index, tmp_path, left):
    part = part_of(tmp_path)
    size = part.stat().st_size
    os.truncate(part, left if isinstance(left, int) else int(size * left))
    refused(tmp_path, "workspace_damaged", part.name)


def test_a_missing_part_is_refused(index, tmp_path):
    part = part_of(tmp_path)
    part.unlink()
    refused(tmp_path, "workspace_damaged", f"missing.*{part.name}")


def test_a_list_that_was_lost_or_damaged_is_refused(index, tmp_path):
    (tmp_path / store.LIST).write_text("{", encoding="utf-8")
    refused(tmp_path, "workspace_damaged", "no JSON")
    (tmp_path / store.LIST).write_text('{"parts": ["../../secret"]}', encoding="utf-8")
    refused(tmp_path, "workspace_damaged", "lists no parts")
    (tmp_path / store.LIST).unlink()
    with pytest.raises(WorkspaceError, match="is missing"):
        index.query(COPY)


def test_a_changed_byte_is_found(index, tmp_path):
    """Wherever a byte is changed, ``check`` says so, and a query answers or says so: it never fails in another way."""
    index.check()
    part = part_of(tmp_path)
    whole = part.read_bytes()
    rng = random.Random(5)
    for _ in range(40):
        at = rng.randrange(len(whole))
        part.unlink()  # the one that is mapped keeps its bytes
        part.write_bytes(whole[:at] + bytes([whole[at] ^ 0x80]) + whole[at + 1 :])
        with contextlib.suppress(WorkspaceError):
            DuplicateIndex.open(tmp_path).query(COPY)
        if not _is_padding(whole, at):
            with pytest.raises(WorkspaceError, match="damaged"):
                DuplicateIndex.open(tmp_path).check()


def _is_padding(whole, at):
    """Zeros between columns, which nothing reads."""
    length = int.from_bytes(whole[-16:-12], "little")
    sections = json.loads(whole[-24 - length : -24])["sections"].values()
    return not any(offset <= at < offset + count * int(dtype[2:]) for dtype, count, offset, _ in sections)


def test_a_damaged_part_is_not_merged(index, tmp_path):
    part = part_of(tmp_path)
    index.add({"new": planting.report(1, 300)})
    whole = bytearray(part.read_bytes())
    whole[len(whole) // 2] ^= 1
    part.write_bytes(whole)
    with pytest.raises(WorkspaceError, match="checksum"):
        DuplicateIndex.open(tmp_path).merge()
    assert len(DuplicateIndex.open(tmp_path)) == 9


def test_foreign_folders_are_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"other files.*notes\.txt"):
        DuplicateIndex.open(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(WorkspaceError):
        DuplicateIndex.open(tmp_path / "notes.txt")


def test_files_of_others_are_left_alone(index, tmp_path):
    """What lies beside the index is not removed, however it is named; what a killed writer left is."""
    for name in ("notes.txt", "download.part", "draft.unfinished"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    left = tmp_path / f"{store.new_name()}.unfinished"
    left.write_text("x", encoding="utf-8")
    index.add({"new": planting.report(1, 300)})
    index.merge()
    assert {path.name for path in tmp_path.iterdir()} >= {"notes.txt", "download.part", "draft.unfinished"}
    assert not left.exists()
    assert len(DuplicateIndex.open(tmp_path)) == 9


def test_a_folder_that_cannot_be_written_can_be_asked(index, tmp_path, monkeypatch):
    def denied(*args, real=Path.open, **kwargs):
        if "r" not in (args[1] if len(args) > 1 else kwargs.get("mode", "r")):
            raise PermissionError(13, "Permission denied", str(args[0]))
        return real(*args, **kwargs)

    monkeypatch.setattr(Path, "open", denied)
    index = DuplicateIndex.open(tmp_path)
    assert [m.b for m in index.query(COPY)] == ["y3"]
    for change in (index.merge, lambda: index.add({"new": "新的"}), lambda: DuplicateIndex.open(tmp_path / "fresh")):
        with pytest.raises(WorkspaceError, match="Permission denied") as caught:
            change()
        assert caught.value.code == "workspace_unwritable"


def test_a_full_disk_adds_nothing(index, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(WorkspaceError, match="No space left"):
        index.add({"new": "新的"})
    monkeypatch.undo()
    assert not list(tmp_path.glob("*.unfinished"))
    assert "new" not in index
    assert index.add({"new": "新的"}) == 1


@pytest.mark.parametrize("step", range(8))
def test_a_writer_that_stops_at_any_sync_leaves_the_index_whole(tmp_path, monkeypatch, step):
    """The fourth text in a part of its own makes the addition merge: eight syncs, for two parts, two lists and their folders."""
    index = DuplicateIndex.open(tmp_path)
    for id_ in ("y1", "y2", "y3"):
        index.add({id_: TEXTS[id_]})
    calls = iter(range(100))

    def dying(handle, real=os.fsync):
        if next(calls) == step:
            raise KeyboardInterrupt
        real(handle)

    monkeypatch.setattr(store.os, "fsync", dying)
    with pytest.raises(KeyboardInterrupt):
        index.add({"new": planting.report(1, 300)})
    monkeypatch.undo()
    again = DuplicateIndex.open(tmp_path)
    assert len(again) in (3, 4)
    assert [m.b for m in again.query(COPY)] == ["y3"]
    again.merge()
    assert len(list(tmp_path.iterdir())) == 3
    assert [m.b for m in again.query(COPY)] == ["y3"]


def test_a_killed_merge_leaves_what_was_merged(index, tmp_path, monkeypatch):
    """Killed before the old parts are removed: they count no more, and the next writer removes them, also when the merged
    part is gone by then."""
    index.add({"new": planting.report(1, 300)})
    monkeypatch.setattr("unionnlp.duplicates.index.remove_all_but", lambda *_: None)
    index.merge()
    assert len(list(tmp_path.glob("*.part"))) == 3
    index.add({"newer": planting.report(2, 300)})
    index.merge()
    monkeypatch.undo()
    assert len(DuplicateIndex.open(tmp_path)) == 10
    index.add({"newest": planting.report(3, 300)})
    assert len(list(tmp_path.glob("*.part"))) == 2
    assert len(DuplicateIndex.open(tmp_path)) == 11


def test_a_reader_goes_on_while_parts_are_merged(index, tmp_path):
    reader = DuplicateIndex.open(tmp_path)
    parts = reader._parts
    index.add({"new": planting.report(1, 300)})
    index.merge()
    assert parts.text(3) == TEXTS["y3"]  # mapped, though removed
    assert [m.b for m in reader.query(COPY)] == ["y3"]
    assert len(reader) == 9


WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
import planting
from unionnlp.duplicates.index import DuplicateIndex
index = DuplicateIndex.open(sys.argv[1])
print("ready", flush=True)
for number in range(int(sys.argv[3]), 10_000):
    index.add({f"n{number}": planting.report(number, 300)})
    print(number, flush=True)
"""


@contextlib.contextmanager
def writing(folder, first):
    command = [sys.executable, "-c", WRITER, str(folder), str(Path(__file__).parent), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            yield writer
        finally:
            writer.send_signal(signal.SIGKILL)


def test_kill_nine_loses_nothing_acknowledged(tmp_path):
    """Five writers, each killed while it adds and merges; the index is asked while the last one writes."""
    rng = random.Random(11)
    acknowledged = []
    for number in range(5):
        with writing(tmp_path / "index", 1000 * number) as writer:
            for _ in range(rng.randrange(1, 12)):
                acknowledged.append(int(writer.stdout.readline()))
                assert f"n{acknowledged[-1]}" in DuplicateIndex.open(tmp_path / "index")
            time.sleep(rng.random() / 20)
            writer.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in writer.stdout.read().split("\n") if line]
        index = DuplicateIndex.open(tmp_path / "index")
        assert all(f"n{number}" in index for number in acknowledged)
        assert len(acknowledged) <= len(index) <= len(acknowledged) + 1 + number
        index.check()
    assert [m.b for m in index.query(planting.report(4000, 300))] == ["n4000"]
    index.merge()
    assert len(list((tmp_path / "index").iterdir())) == 3


def test_two_writers_take_turns(tmp_path):
    with writing(tmp_path / "index", 0) as first, writing(tmp_path / "index", 5000) as second:
        said = [int(writer.stdout.readline()) for _ in range(6) for writer in (first, second)]
    index = DuplicateIndex.open(tmp_path / "index")
    assert all(f"n{number}" in index for number in said)
    index.check()
