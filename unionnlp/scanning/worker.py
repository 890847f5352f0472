"""One worker process: the end that the scan holds, the end that works, and what passes between them.

Down its standard input go the work, once, and then lists of pickled tasks; up its standard output comes one answer a task,
as soon as the task is done, so that of several it is always known which one a worker died of.

The process is started as a plain ``python -c``, not by ``multiprocessing``: nothing is inherited by forking (threads of
numpy, numba and pdfium do not survive that), the caller's script is not run again (one without ``if __name__ ==
"__main__"`` would start its scan in every worker), and its standard input ends when the parent does, however that ends.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, NamedTuple

from ..errors import UnionNLPError
from .failures import CAUGHT

__all__ = ["Answer", "Lost", "Worker", "held_bytes"]

START_SECONDS = 120.0
"""Time to import and warm up: two seconds on an idle machine, many times that for dozens of workers on a cold disk."""

MB = 1_000_000

_GONE = (EOFError, OSError, pickle.UnpicklingError)
"""What reading from or writing to a process gives that has ended, perhaps in the middle of an answer."""

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")
"""The processes are the parallelism: as many threads in each as there are cores would only get in one another's way."""

_DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
"""The first thing that a process does: an interruption is the parent's to hear, while the imports run too."""


class Lost(UnionNLPError):
    """What comes back in place of a result when a worker had to be given up.

    Args:
        code: "timed_out", "out_of_memory" or "worker_died".
        reason: what happened, in English; the same for the same task on every run.
    """

    code = "worker_died"

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class Answer(NamedTuple):
    """What became of one task: its value, or a failure of what it was given (an error of CAUGHT), or a bug."""

    value: Any
    bug: Exception | None = None
    trace: str = ""


class Worker:
    """A process that does one kind of work, as its parent sees it.

    One thread talks to it (``open``, ``send``, ``receive``, ``close``), another may ``watch`` it, and any may ``kill`` it.
    """

    def __init__(self, timeout: float, limit_mb: float) -> None:
        self.served = -1  # tasks answered, so also the number of the one it is at; the opening is the one before the first
        self._sent = -1
        self._timeout = timeout
        self._limit = limit_mb * MB
        self._watched: int | None = None
        self._spent = 0.0
        self._verdict: tuple[int, Lost] | None = None
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", f"{_DEAF}; from {__name__} import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**_ONE_THREAD, **os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
            # In a group of its own, the Ctrl-C of the terminal does not reach a worker, not even while it starts.
            process_group=None if sys.platform == "win32" else 0,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdin
        assert self._process.stdout
        self._down, self._up = self._process.stdin, self._process.stdout

    def open(self, work: bytes) -> Answer:
        """Send the pickled work and wait until it can be done; ``Lost`` is raised when the process does not get that far."""
        self.send([work])
        answer = self.receive()
        if held_bytes(self._process.pid) > self._limit:
            raise self._too_much()
        return answer

    def send(self, tasks: Iterable[bytes]) -> None:
        """Give it tasks to do, one after the other. That it has ended is said by ``receive``."""
        batch = list(tasks)
        self._sent += len(batch)
        with suppress(OSError):
            self._down.write(pickle.dumps(batch))
            self._down.flush()

    def receive(self) -> Answer:
        """The answer to the first task sent that has none yet, waited for.

        Raises:
            Lost: in place of the answer that the process did not live to give. Those after it have not been begun.
        """
        try:
            answer = Answer(*pickle.load(self._up))
        except _GONE:
            raise self._lost() from None
        self.served += 1
        return answer

    def watch(self, seconds: float) -> None:
        """Give the process up when it is over a limit.

        Args:
            seconds: since the last look. Time is counted in looks, not read off a clock: what passes while the whole program is
                stopped (Ctrl-Z, a sleeping laptop, a paused container) is charged to nobody.
        """
        at = self.served
        if at != self._watched or at == self._sent:
            self._watched, self._spent = at, 0.0
        if at == self._sent:
            return
        self._spent += seconds
        limit = self._timeout if at >= 0 else START_SECONDS
        if self._spent > limit:
            self._give_up(at, Lost("timed_out", f"took longer than {limit:g} seconds"))
        elif held_bytes(self._process.pid) > self._limit:
            self._give_up(at, self._too_much())

    def kill(self) -> None:
        """End the process at once. Nothing in it would run on a gentler signal, and one that is stopped would not take it."""
        self._process.kill()

    def close(self) -> None:
        """End the process and what belongs to it in this one."""
        self.kill()
        for stream in (self._down, self._up):
            with suppress(OSError):  # what was not sent any more
                stream.close()
        self._process.wait()

    def _give_up(self, at: int, lost: Lost) -> None:
        self._verdict = at, lost
        self.kill()

    def _too_much(self) -> Lost:
        return Lost("out_of_memory", f"took more than {self._limit / MB:g} MB of memory")

    def _lost(self) -> Lost:
        """Why there is no answer: a verdict holds for the task that it was given on, not for one begun in the meantime."""
        if self._verdict and self._verdict[0] == self.served:
            return self._verdict[1]
        try:
            status = self._process.wait(1)
        except subprocess.TimeoutExpired:  # it closed the pipe and lives on
            return Lost("worker_died", "the worker process broke off the connection")
        return Lost("worker_died", f"the worker process ended: {_in_words(status)}")


def held_bytes(pid: int) -> int:
    """Bytes of memory that a process holds for itself: what it has reserved and not touched, and files that it maps, do not count.

    0 for a process that is gone, and on systems without ``/proc``, where no limit is kept.

    Example:
        >>> held_bytes(os.getpid()) > 1_000_000 or not os.path.exists("/proc/self/status")
        True
    """
    try:
        with open(f"/proc/{pid}/status", "rb") as file:
            kilobytes = {name: value for name, _, value in (line.partition(b":") for line in file) if name in _HELD}
    except (OSError, ValueError):
        return 0
    return sum(int(value.split()[0]) for value in kilobytes.values()) * 1024


_HELD = (b"RssAnon", b"RssShmem", b"VmSwap")


def _in_words(status: int) -> str:
    """What an exit status says.

    Example:
        >>> _in_words(-9), _in_words(3), _in_words(-99)
        ('SIGKILL', 'exit status 3', 'signal 99')
    """
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


# ------------------------------------------------------------------------------------------------ inside the process


def main() -> None:
    """What the process runs: the work, then task by task, until its standard input ends."""
    _end_with_parent()
    inbox, up = _connection()
    (opening,) = inbox.get()
    try:
        work, warm_up = pickle.loads(opening)
        if warm_up:
            warm_up()
        gc.freeze()  # what is loaded by now stays for good: no collection need look through fifty thousand objects
    except Exception as error:  # whatever it is, the parent raises it
        up(_bug(error))
        return
    up(Answer(None))
    while True:
        for task in inbox.get():
            up(_answer(work, task))


def _end_with_parent() -> None:
    """Be killed when the parent is, even in an endless loop of native code that lets no other thread of this process run.

    Elsewhere than on Linux, and when the parent was gone before this, the end of the standard input does it.
    """
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig = 1  # <linux/prctl.h>; the "parent" is the thread that started this process, which outlives it
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def _connection() -> tuple[SimpleQueue[list[bytes]], Callable[[Answer | bytes], None]]:
    """What comes in, and how to answer. What anything here prints goes to standard error; what it reads is empty."""
    down, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    inbox: SimpleQueue[list[bytes]] = SimpleQueue()

    def listen() -> None:
        # Always listening: the end of the parent is noticed in the middle of a task, and the parent is never held up in sending.
        try:
            while True:
                inbox.put(pickle.load(down))
        except _GONE:
            os._exit(0)

    def up(answer: Answer | bytes) -> None:
        try:
            out.write(answer if isinstance(answer, bytes) else pickle.dumps(tuple(answer)))
            out.flush()
        except OSError:  # the parent is gone
            os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    return inbox, up


def _answer(work: Callable[[Any], Any], task: bytes) -> Answer | bytes:
    """The answer, ready to send: a result that cannot be sent is a bug, one nested too deeply a failure."""
    try:
        return pickle.dumps(tuple(Answer(work(pickle.loads(task)))))
    except CAUGHT as error:
        return Answer(_sendable(error))
    except Exception as error:  # a bug: the parent raises it
        return _bug(error)


def _bug(error: Exception) -> Answer:
    return Answer(None, _sendable(error), "".join(traceback.format_exception(error)))


def _sendable(error: Exception) -> Exception:
    """The error, or the nearest that survives the journey: exceptions of other libraries often cannot be copied."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # whatever their own methods raise in being copied
        words = traceback.format_exception_only(error)[-1].strip()
        kind = next((kind for kind in CAUGHT if isinstance(error, kind)), RuntimeError)
        plain: Exception = kind(words)
        if isinstance(error, UnionNLPError):
            plain.__dict__["code"] = error.code
        return plain
    return error
