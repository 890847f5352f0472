"""What processes hold and compute while something is measured, and how fast the machine is meanwhile."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from measuring import children

PACE = """
import sys, time
import jieba
jieba.setLogLevel(60)
jieba.initialize()
text = sys.stdin.readline()
for _ in sys.stdin:
    start = time.process_time()
    for _ in jieba.cut(text):
        pass
    print(len(text) / (time.process_time() - start) / 1e6, flush=True)
"""


class Pace(threading.Thread):
    """How fast the machine is while it works: a process by itself lets jieba cut some thousand characters now and then.

    Its speed before and after says little: on shared machines it doubles and halves within minutes.

    Args:
        text: to cut.
        seconds: from one time to the next.
    """

    def __init__(self, text: str, seconds: float = 5.0) -> None:
        super().__init__(daemon=True)
        self.process = subprocess.Popen([sys.executable, "-c", PACE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self._text = text.replace("\n", "")
        self._speeds: list[float] = []
        self._seconds = seconds
        self._over = threading.Event()

    def run(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(self._text + "\n")
        over = False
        while not over:  # once at least, however soon the work is done
            self.process.stdin.write("again\n")
            self.process.stdin.flush()
            self._speeds.append(float(self.process.stdout.readline()))
            over = self._over.wait(self._seconds)
        self.process.communicate()

    def stop(self) -> float:
        """Million characters that jieba cut in a second of CPU, the median."""
        self._over.set()
        self.join()
        return statistics.median(self._speeds)


def held(processes: Iterable[int]) -> float:
    """Megabytes that processes hold for themselves together. The kernel walks all their pages for it."""
    return sum(kilobytes(f"/proc/{pid}/smaps_rollup", "Pss:") for pid in processes) / 1024


def resident(processes: Iterable[int]) -> float:
    """Megabytes that are in memory for processes, what they share counted for each: nearly free to ask."""
    return sum(kilobytes(f"/proc/{pid}/status", "VmRSS:") for pid in processes) / 1024


def kilobytes(path: str, name: str) -> int:
    """A line of a file under /proc; 0 when the process is gone."""
    try:
        lines = Path(path).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)


class Memory(threading.Thread):
    """Watches what this process and its workers hold: the dear figure whenever the cheap one is higher than ever, and now and then.

    Args:
        apart: a child that is none of them.
    """

    def __init__(self, apart: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self._apart = apart
        self._over = threading.Event()

    def run(self) -> None:
        highest, looks = 0.0, 0
        while not self._over.wait(0.25):
            every = {os.getpid(), *children(os.getpid())} - {self._apart}
            now = resident(every)
            looks += 1
            if now > 1.02 * highest or looks % 60 == 0:
                highest = max(now, highest)
                self.peak = max(self.peak, held(every))

    def stop(self) -> float:
        """The peak in megabytes."""
        self._over.set()
        self.join()
        return self.peak


class Computed(threading.Thread):
    """Adds up what all processes below this one compute, also those that end meanwhile.

    Args:
        apart: a child that is none of them.
    """

    def __init__(self, apart: int) -> None:
        super().__init__(daemon=True)
        self._apart = apart
        self._before = seconds(os.getpid())
        self._spent: dict[int, float] = {}
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(1.0):
            for pid in {os.getpid(), *children(os.getpid())} - {self._apart}:
                self._spent[pid] = max(self._spent.get(pid, 0.0), seconds(pid))

    def stop(self) -> float:
        """CPU seconds."""
        self._over.set()
        self.join()
        return sum(self._spent.values()) - self._before


def seconds(pid: int) -> float:
    """CPU that a process has used."""
    try:
        user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[11:13]
    except (OSError, ValueError):
        return 0.0
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
