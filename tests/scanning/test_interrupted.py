"""A scan that is stopped, killed or refused: nothing is lost, nothing half written, and running it again goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from unionnlp.errors import WorkspaceError
from unionnlp.scanning import intake, pending, workspace
from unionnlp.scanning.frames import TABLES
from unionnlp.scanning.local import scan
from unionnlp.scanning.results import Scan
from unionnlp.scanning.workspace import open_workspace, writing

PLACES = "东平 西安 南溪 北流 清河 安远 永康 长宁 高陵 新丰".split()  # noqa: SIM905


def equal(a: Scan, b: Scan) -> None:
    for table in TABLES:
        assert_frame_equal(getattr(a, table), getattr(b, table))


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """Forty reports in two folders, some of one text, and one that cannot be read."""
    folder = tmp_path / "in"
    for number in range(40):
        place = folder / f"{number // 20}"
        place.mkdir(parents=True, exist_ok=True)
        own = number % 15
        text = f"{PLACES[number % 10]}县总工会{2001 + own}年工作总结\n一、帮扶救助\n走访慰问困难职工{own + 20}户，发放慰问金{own + 3}万元。\n"
        (place / f"{number:02}.txt").write_text(text + f"第{own}号材料写了{own}件实事，职工说好。" * 9, encoding="utf-8")
    (folder / "0" / "坏.txt").write_bytes(b"")
    return folder


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "AT_ONCE", 4)


def stopping(monkeypatch: pytest.MonkeyPatch, name: str, error: BaseException) -> None:
    real = intake.analyze

    def stop(document: object) -> object:
        if str(getattr(document, "source", "")).endswith(name):
            raise error
        return real(document)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "analyze", stop)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), KeyError("a bug")], ids=["Ctrl-C", "bug"])
def test_an_interrupted_scan_goes_on(error: BaseException, batch: Path, tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = scan(batch, tmp_path / "whole", workers=0)
    reads.clear()
    with monkeypatch.context() as patch:
        stopping(patch, "30.txt", error)
        with pytest.raises(type(error)):
            scan(batch, tmp_path / "w", workers=0)
    assert not (tmp_path / "w" / "version.json").exists()
    before = len(reads)
    found = scan(batch, tmp_path / "w", workers=0)
    assert len(reads) == len(whole.files) + 1 + 1  # the one at which it stopped is read twice
    assert len(reads) - before <= 12
    assert not (tmp_path / "w" / "pending").exists()
    equal(found, whole)


def test_what_is_pending_counts_by_content_and_by_what_made_it(batch: Path, tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        with monkeypatch.context() as patch:
            stopping(patch, "1/39.txt", KeyboardInterrupt())
            with pytest.raises(KeyboardInterrupt):
                scan(batch, tmp_path / "w", workers=0)
        reads.clear()

    interrupted()
    (batch / "0" / "03.txt").write_text("甲县总工会2020年工作总结\n走访12户。", encoding="utf-8")
    (batch / "0" / "04.txt").unlink()
    (batch / "0" / "00（新）.txt").write_text("乙县总工会2020年工作总结\n走访13户。", encoding="utf-8")
    found = scan(batch, tmp_path / "w", workers=0)
    assert sorted(reads) == ["0/00（新）.txt", "0/03.txt", "1/39.txt"]
    equal(found, scan(batch, tmp_path / "whole", workers=0))
    (tmp_path / "w" / "version.json").unlink()
    interrupted()
    monkeypatch.setattr("unionnlp.scanning.local.made_with", lambda: "another version")
    scan(batch, tmp_path / "w", workers=0)
    assert len(reads) == 41


def test_a_damaged_chunk_is_read_again(batch: Path, tmp_path: Path, small_chunks: None, reads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        stopping(patch, "1/39.txt", KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            scan(batch, tmp_path / "w", workers=0)
    reads.clear()
    chunks = sorted((tmp_path / "w" / "pending").rglob("*.arrow"))
    assert len(chunks) == 10
    chunks[2].write_bytes(chunks[2].read_bytes()[:-10])
    data = bytearray(chunks[5].read_bytes())
    data[len(data) // 2] ^= 255
    chunks[5].write_bytes(data)
    found = scan(batch, tmp_path / "w", workers=0)
    assert len(reads) == 8 + 1
    equal(found, scan(batch, tmp_path / "whole", workers=0))


def test_another_batch_leaves_what_is_pending(batch: Path, tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        stopping(patch, "1/39.txt", KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            scan(batch, tmp_path / "w", workers=0)
    scan(batch / "0", tmp_path / "w", workers=0)
    reads.clear()
    scan(batch, tmp_path / "w", workers=0)
    assert reads == ["1/39.txt"]


SCAN = """
import sys
import unionnlp.scanning.pending as pending
pending.AT_ONCE = 3
from unionnlp.scanning.local import scan
print("go", flush=True)
scan(sys.argv[1], sys.argv[2], workers=2)
"""


def below(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (task / "children").read_text(encoding="ascii").split())


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_a_scan_killed_at_any_moment_ends_with_the_same_tables(batch: Path, tmp_path: Path) -> None:
    whole = scan(batch, tmp_path / "whole", workers=0)
    rng = random.Random(11)
    killed = 0
    for wait in ("first chunk", "random", "random", "parts", "commit"):
        with subprocess.Popen([sys.executable, "-c", SCAN, str(batch), str(tmp_path / "w")], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            _wait(process, tmp_path / "w", wait, rng)
            workers = list(below(process.pid)) if process.poll() is None else []
            killed += process.poll() is None
            process.send_signal(signal.SIGKILL)
        end = time.monotonic() + 10
        while any(map(lives, workers)) and time.monotonic() < end:
            time.sleep(0.05)
        assert not any(map(lives, workers)), "an orphaned worker"
        if (tmp_path / "w" / "version.json").exists():
            equal(open_workspace(tmp_path / "w"), whole)
    assert killed >= 2
    equal(scan(batch, tmp_path / "w", workers=2), whole)
    assert not list((tmp_path / "w").rglob("*.tmp"))


def _wait(process: subprocess.Popen[bytes], root: Path, until: str, rng: random.Random) -> None:
    signs = {"first chunk": "pending/*/*.arrow", "parts": "parts/reports/*.parquet", "commit": "version.json", "random": "none"}
    end = time.monotonic() + (rng.random() * 4 if until == "random" else 60)
    while process.poll() is None and time.monotonic() < end and not any(root.glob(signs[until])):
        time.sleep(0.01)


def test_two_scans_at_once_are_refused_with_a_clear_word(batch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "WAIT", 0.1)
    with writing(tmp_path / "w"), pytest.raises(WorkspaceError) as caught:
        scan(batch, tmp_path / "w")
    assert caught.value.code == "workspace_busy"
    assert len(scan(batch, tmp_path / "w").files) == 40


def test_two_programs_on_one_workspace_one_after_the_other(batch: Path, tmp_path: Path) -> None:
    """The second waits while the first is about to end, or is refused; either way the workspace is whole."""
    code = "import sys; from unionnlp.scanning.local import scan; scan(sys.argv[1], sys.argv[2], workers=0)"
    both = [subprocess.Popen([sys.executable, "-c", code, str(batch / str(k)), str(tmp_path / "w")], stderr=subprocess.PIPE, text=True) for k in (0, 1)]
    said = [process.communicate()[1] for process in both]
    assert all(process.returncode == 0 or "another scan is writing" in text for process, text in zip(both, said, strict=True))
    found = open_workspace(tmp_path / "w")
    assert len(found.files) == 20 * sum(process.returncode == 0 for process in both)
    for k in (0, 1):
        scan(batch / str(k), tmp_path / "w", workers=0)
    assert len(open_workspace(tmp_path / "w").files) == 40


@pytest.mark.parametrize("step", [1, 3, 8, 12, 15, 17])
def test_a_full_disk_is_said_and_what_was_read_is_kept(step: int, batch: Path, tmp_path: Path, small_chunks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    done = 0

    def full(descriptor: int) -> None:
        nonlocal done
        done += 1
        if done >= step:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(WorkspaceError, match="No space left") as caught:
            scan(batch, tmp_path / "w", workers=0)
    assert caught.value.code == "workspace_unwritable"
    assert not list((tmp_path / "w").rglob("*.tmp"))
    assert not (tmp_path / "w" / "version.json").exists()
    equal(scan(batch, tmp_path / "w", workers=0), scan(batch, tmp_path / "whole", workers=0))


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60k", "tmpfs", str(place)], capture_output=True).returncode:
        pytest.skip("no right to mount")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
def test_a_small_disk(batch: Path, tmp_path: Path, tiny_disk: Path) -> None:
    with pytest.raises(WorkspaceError) as caught:
        scan(batch, tiny_disk / "w", workers=0)
    assert caught.value.code == "workspace_unwritable"
    subprocess.run(["mount", "-o", "remount,size=20m", str(tiny_disk)], check=True)
    equal(scan(batch, tiny_disk / "w", workers=0), scan(batch, tmp_path / "whole", workers=0))


def test_workers_give_the_tables_of_one_process(make_inbox: Callable[[Path], Path], batch: Path, tmp_path: Path, small_chunks: None) -> None:
    make_inbox(batch / "更多")
    equal(scan(batch, tmp_path / "w2", workers=2), scan(batch, tmp_path / "w0", workers=0))
