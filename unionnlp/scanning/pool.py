"""A pool of worker processes that live on, each task of which may crash, hang or eat all memory without harm to the others.

``ProcessPoolExecutor`` breaks as a whole when one of its processes dies; ``multiprocessing.Pool`` waits for ever for the task
of a process that died. Here one thread a worker talks to it in turns, starts another when it is gone, and so knows which task
it was at.
"""

from __future__ import annotations

import atexit
import pickle
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeAlias, TypeVar

from ..errors import UnionNLPError
from .failures import CAUGHT
from .worker import Answer, Lost, Worker

__all__ = ["Crew", "Lost", "Outcome", "Pool"]

T = TypeVar("T")
R = TypeVar("R")
Outcome: TypeAlias = R | UnionNLPError | OSError | RecursionError | MemoryError

AHEAD = 64
"""Tasks a worker that are taken and not yet given back. At 15 ms each, a task may take a second before another worker
waits for it when results are wanted in order, and the results waiting meanwhile are a hundred analyses, not all."""

SENT = 16
SENT_SECONDS = 0.1
"""What a worker is sent ahead: tasks for a tenth of a second, but one at least beyond that which it is at, so that it never waits
for this process, and none waits long behind another."""

LOOK_SECONDS = 0.05
"""Between two looks at time and memory. Linux hands out some gigabytes a second at the most: a task is stopped 0.2 GB over its limit."""

LONGEST_LOOK = 1.0
STARTS = 3
"""How often a worker is tried to be started before the batch is given up: a machine short of memory for a moment is none that cannot."""


@dataclass(frozen=True, slots=True)
class Pool(Generic[T, R]):
    """Worker processes for one kind of work.

    Args:
        work: what is done with a task: a function (or ``functools.partial`` of one) that a fresh process can import, so not
            one of the script or notebook itself. Tasks and results are pickled; a result must not be an exception.
        workers: how many processes. 0 works in this one: for a few tasks that is sooner done than a process is started, but no
            limit is kept and a crash is a crash.
        timeout: seconds a task may take; ``math.inf`` for any.
        limit_mb: megabytes that a worker may hold, what it imported included (some 300 for a whole analysis); ``math.inf``
            for any. Kept within about 0.1 s where there is a ``/proc`` (Linux).
        warm_up: called once in each new worker, not charged to any task: loading dictionaries and models.

    Example:
        >>> for task, outcome in Pool(int.bit_length, workers=2, timeout=60, limit_mb=1000).run([0, 1, 1024]):
        ...     print(task, outcome)
        0 0
        1 1
        1024 11
    """

    work: Callable[[T], R]
    workers: int
    timeout: float
    limit_mb: float
    warm_up: Callable[[], object] | None = None

    def __post_init__(self) -> None:
        if self.workers < 0 or not (self.timeout > 0 and self.limit_mb > 0):
            raise ValueError("workers must be 0 or more, timeout and limit_mb above 0")
        if self.workers and getattr(self.work, "__module__", None) == "__main__":
            raise ValueError(f"{self.work!r} cannot be imported by a worker: define it in a module")

    def run(self, tasks: Iterable[T], *, in_order: bool = True) -> Generator[tuple[T, Outcome[R]], None, None]:
        """Every task with what became of it.

        The workers live as long as this generator: they are started at its first step, side by side, and gone when it ends, is
        closed or deleted, or an exception, ``KeyboardInterrupt`` too, leaves it. A loop that may be left early should
        hold it in ``contextlib.closing``.

        A task of which a worker died, or with which it ran out of memory, is tried once more alone in a new worker if that one
        had done others before: what is charged to it is its own, and the others of a batch fare as if it were not there.

        Args:
            tasks: taken in this thread as there is room, 64 a worker ahead of what was given back.
            in_order: give the results in the order of the tasks. Otherwise as they are done, so that the workers never wait for
                one that takes long; the order then differs from run to run.

        Yields:
            The task, and its result; or the error of ``CAUGHT`` (failures.py) that it ended with, or ``Lost``, which has
            ``code`` and ``reason``. ``isinstance(outcome, CAUGHT)`` tells both from a result.

        Raises:
            Exception: any other exception of ``work`` is a bug and is raised here, from one that holds the worker's traceback;
                so is one of ``warm_up``.
            Lost: no worker could be started.

        Complexity: 0.1 ms a task beyond the work and the pickling; memory for 64 tasks and results a worker.
        """
        if not self.workers:
            if self.warm_up:
                self.warm_up()
            for task in tasks:
                yield task, self._here(task)
            return
        crew = Crew(self)
        try:
            yield from crew.run(tasks, in_order)
        finally:
            crew.dismiss()

    @contextmanager
    def meanwhile(self, task: T) -> Iterator[Callable[[], Outcome[R]]]:
        """Begin one task, and go on with something else until its result is asked for; a task that nobody waits for any more is given up.

        Yields:
            A function that waits for the result, as ``run`` gives it. Without workers it does the task.

        Example:
            >>> with Pool(int.bit_length, workers=1, timeout=60, limit_mb=1000).meanwhile(1024) as length:
            ...     other = (7).bit_length()
            ...     other, length()
            (3, 11)
        """
        if not self.workers:
            yield lambda: next(outcome for _, outcome in self.run([task]))
            return
        crew = Crew(self)
        try:
            yield crew.begin(task)
        finally:
            crew.dismiss()

    def _here(self, task: T) -> Outcome[R]:
        try:
            return self.work(task)
        except CAUGHT as error:
            return error


class _InWorker(Exception):
    """The traceback of an exception, as it was in the worker: the cause of the one that is raised here."""

    def __str__(self) -> str:
        return f"in a worker process\n\n{self.args[0]}"


@dataclass(slots=True)
class _Slot:
    """A task on its way."""

    number: int
    task: Any
    sent: bytes
    answer: Answer

    def outcome(self) -> Any:
        """What came of it; a bug is raised."""
        if self.answer.bug:
            raise self.answer.bug from _InWorker(self.answer.trace)
        return self.answer.value


class Crew:
    """The workers of a pool, and the threads that keep them, until they are dismissed.

    ``Pool.run`` has one for itself. Who has little to do at a time keeps one over several runs, one after another, each to its end.
    """

    def __init__(self, pool: Pool[Any, Any]) -> None:
        self._pool = pool
        self._work = pickle.dumps((pool.work, pool.warm_up))
        self._todo: deque[_Slot] = deque()
        self._workers: set[Worker] = set()
        self._more = threading.Condition()  # guards the two above
        self._done: SimpleQueue[_Slot | Exception] = SimpleQueue()
        self._early: dict[int, _Slot] = {}
        self._over = threading.Event()
        # Daemons: a generator that is still held at the end of the program must not keep it from ending.
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._keepers: list[threading.Thread] = []
        atexit.register(self.dismiss)  # while threads still run: the end of the program stops them wherever they are, holding locks
        self._watcher.start()

    # The thread of the caller: it alone takes tasks and gives results.

    def run(self, tasks: Iterable[Any], in_order: bool) -> Generator[tuple[Any, Any], None, None]:
        """As ``Pool.run``."""
        coming = enumerate(tasks)
        given = taken = 0
        while True:
            while taken - given < AHEAD * self._pool.workers and (task := next(coming, None)):
                self._put(_Slot(*task, pickle.dumps(task[1]), Answer(None)))
                taken += 1
            if given == taken:
                return
            slot = self._next_done(given if in_order else None)
            given += 1
            yield slot.task, slot.outcome()

    def begin(self, task: Any) -> Callable[[], Any]:
        """Begin one task, before any run; the function waits for its result."""
        self._put(_Slot(0, task, pickle.dumps(task), Answer(None)))
        return lambda: self._next_done(0).outcome()

    def dismiss(self) -> None:
        """End all processes and threads, whatever they are at; once is enough."""
        if self._over.is_set():
            return
        self._over.set()
        atexit.unregister(self.dismiss)
        with self._more:
            self._more.notify_all()
            for worker in self._workers:
                worker.kill()
        for thread in (self._watcher, *self._keepers):
            thread.join()

    def _put(self, slot: _Slot) -> None:
        with self._more:
            self._todo.append(slot)
            self._more.notify()
        if len(self._keepers) < self._pool.workers:  # no more of them than there are tasks
            self._keepers.append(threading.Thread(target=self._keep, daemon=True))
            self._keepers[-1].start()

    def _next_done(self, number: int | None) -> _Slot:
        """The task of that number when it is done, or any that is."""
        while number not in self._early:
            with suppress(Empty):
                found = self._done.get(timeout=1)  # Windows delivers a Ctrl-C between two waits only
                if isinstance(found, Exception):
                    raise found
                if number is None:
                    return found
                self._early[found.number] = found
        return self._early.pop(number)

    # The threads of the workers.

    def _keep(self) -> None:
        """Keep one worker at work, and replace it when it is lost."""
        sent: deque[_Slot] = deque()
        try:
            while not self._over.is_set():
                worker = self._hire()
                try:
                    self._serve(worker, sent)
                finally:
                    self._dismiss(worker)
        except Exception as error:  # none may end in a thread that nobody waits for
            if not self._over.is_set():
                self._done.put(error)

    def _serve(self, worker: Worker, sent: deque[_Slot]) -> None:
        """Send tasks and settle the answers, until another worker has to go on.

        Args:
            sent: what the worker has to do and has not answered; what is left in it is for the next one.
        """
        worker.send(slot.sent for slot in sent)
        pace = SENT_SECONDS  # seconds a task, lately
        while not self._over.is_set():
            room = max(2, min(SENT, int(SENT_SECONDS / pace))) - len(sent)
            if room >= max(len(sent), 1):  # half is done: not a message for each
                more = self._take(room, wait=not sent)
                worker.send(slot.sent for slot in more)
                sent += more
            if not sent:
                return
            start = time.monotonic()
            try:
                answer = worker.receive()
            except Lost as lost:
                first = sent.popleft()
                self._give_back(sent)
                sent.clear()
                if worker.served == 0 or lost.code == "timed_out":
                    self._settle(first, Answer(lost))
                else:
                    sent.append(first)
                return
            pace = (3 * pace + time.monotonic() - start) / 4
            self._settle(sent.popleft(), answer)

    def _hire(self) -> Worker:
        """A worker that is ready."""
        for left in reversed(range(STARTS)):
            worker = Worker(self._pool.timeout, self._pool.limit_mb)
            with self._more:
                self._workers.add(worker)
                if self._over.is_set():  # too late for the one who ends all
                    worker.kill()
            try:
                answer = worker.open(self._work)
            except Lost as lost:
                self._dismiss(worker)
                if not left or lost.code != "worker_died" or self._over.is_set():
                    raise Lost(lost.code, f"no worker could be started: {lost.reason}") from None
                continue
            if answer.bug:
                self._dismiss(worker)
                raise answer.bug from _InWorker(answer.trace)
            break
        return worker

    def _dismiss(self, worker: Worker) -> None:
        worker.close()
        with self._more:
            self._workers.discard(worker)

    def _take(self, number: int, wait: bool) -> list[_Slot]:
        """The next tasks. Who has some to do does not wait for more, and leaves the last ones to those who have none."""
        with self._more:
            if wait:
                self._more.wait_for(lambda: self._todo or self._over.is_set())
                number = min(number, max(1, len(self._todo) - self._pool.workers))
            else:
                number = min(number, len(self._todo) - self._pool.workers)
            return [self._todo.popleft() for _ in range(min(number, len(self._todo)))]

    def _give_back(self, slots: Iterable[_Slot]) -> None:
        with self._more:
            self._todo.extendleft(reversed([*slots]))
            self._more.notify_all()

    def _settle(self, slot: _Slot, answer: Answer) -> None:
        slot.answer = answer
        self._done.put(slot)

    # The thread that looks after limits, also while the caller is busy with what it was given.

    def _watch(self) -> None:
        last = time.monotonic()
        while not self._over.wait(LOOK_SECONDS):
            now = time.monotonic()
            with self._more:
                workers = list(self._workers)
            for worker in workers:
                worker.watch(min(now - last, LONGEST_LOOK))
            last = now
