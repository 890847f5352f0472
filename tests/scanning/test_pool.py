"""Workers crash, hang and eat memory; the others of the batch fare as if they had not."""

from __future__ import annotations

import errno
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionnlp.errors import Encrypted, LexiconError, UnionNLPError
from unionnlp.scanning.failures import CAUGHT, Failure, failure_words
from unionnlp.scanning.pool import AHEAD, Lost, Pool

linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="limits of memory and the looking at processes need /proc")

IMPORT_OS = "__import__('os')"
ENDLESS = "[0 for _ in iter(int, 1)]"
HOLDS_ALL_THREADS = "__import__('re').match('(a*)*b', 'a' * 64)"
SEGFAULT = "__import__('ctypes').string_at(0)"
HOG = "[bytearray(b'x' * 1_000_000) for _ in range(100_000)]"

WORK = """
import os, signal, sys, time
from unionnlp.errors import Encrypted

LOADED = []
KEPT = []

def warm_up():
    LOADED.append(os.getpid())

def loaded(task):
    return LOADED == [os.getpid()]

def cannot_warm_up():
    raise LookupError("no such table")

def dies_in_warm_up():
    os._exit(7)

def keep(megabytes):
    KEPT.append(b"x" * (megabytes * 1_000_000))
    return megabytes, os.getpid()

def second_dies(task):
    KEPT.append(task)
    if len(KEPT) == 2:
        os._exit(9)
    return task

class Unlike(OSError):
    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")

class UnlikeOurs(Encrypted):
    def __init__(self):
        super().__init__("总结.docx", "protected")

class Sealed(ValueError):
    def __reduce__(self):
        raise TypeError("not to be copied")

def fail(name):
    raise {"unlike": lambda: Unlike(1, 2), "ours": UnlikeOurs, "sealed": lambda: Sealed("stays here"), "encrypted": lambda: Encrypted("总结.docx", "protected")}[name]()

def nested(depth):
    found = []
    for _ in range(depth):
        found = [found]
    return found

def chatty(task):
    print("out", flush=True)
    os.write(1, b"below python")
    return sys.stdin.read()
"""
"""What workers do here and no builtin does; a module beside the tests of which only ``sys.path`` knows."""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    (tmp_path / "work_of_pool.py").write_text(WORK, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import importlib

    yield importlib.import_module("work_of_pool")
    sys.modules.pop("work_of_pool")


def pool(work: Any, workers: int = 2, timeout: float = 60, limit_mb: float = math.inf, warm_up: Any = None) -> Pool[Any, Any]:
    return Pool(work, workers, timeout, limit_mb, warm_up)


def evaluated(tasks: list[str], workers: int = 2, timeout: float = 60, limit_mb: float = math.inf) -> dict[str, Any]:
    found = list(pool(eval, workers, timeout, limit_mb).run(tasks))
    assert [task for task, _ in found] == tasks
    return dict(found)


def processes_of(parent: int) -> set[int]:
    """The children of a process that run, or have ended and were not waited for."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it ended just now
        if int(state[1]) == parent:
            found.add(int(path.parent.name))
    return found


def eventually(holds: Callable[[], bool]) -> bool:
    for _ in range(600):
        if holds():
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Whatever a test does, no worker outlives it, nor is one left unwaited for."""
    before = processes_of(os.getpid())
    yield
    assert processes_of(os.getpid()) <= before


# ------------------------------------------------------------------------------------------------ results


def test_a_thousand_small_tasks_come_back_in_order() -> None:
    assert list(pool(abs, 2).run(range(-500, 500))) == [(n, abs(n)) for n in range(-500, 500)]


def test_as_they_are_done_none_is_missing_and_a_slow_one_holds_up_nothing() -> None:
    tasks = ["__import__('time').sleep(3)", *(f"{n} + 1" for n in range(AHEAD * 4))]
    found = list(pool(eval, 2).run(tasks, in_order=False))
    assert sorted(task for task, _ in found) == sorted(tasks)
    assert all(outcome == eval(task) for task, outcome in found if "sleep" not in task)
    assert [task for task, _ in found].index(tasks[0]) > AHEAD * 2  # more were done meanwhile than wait in order


def test_no_tasks_start_no_process() -> None:
    assert list(pool(abs, 2).run([])) == []


@linux
def test_there_are_no_more_processes_than_tasks() -> None:
    with closing(pool(eval, 8).run([f"{IMPORT_OS}.getpid()"])) as results:
        ((_, pid),) = results
        assert pid != os.getpid()


@linux
def test_workers_live_on() -> None:
    pids = {pid for _, pid in pool(eval, 2).run([f"{IMPORT_OS}.getpid()"] * 300)}
    assert len(pids) <= 2


@pytest.mark.parametrize("workers", [1, 2])
def test_tasks_are_taken_as_there_is_room(workers: int) -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    given = 0
    with closing(pool(abs, workers).run(tasks())) as results:
        for given, _ in enumerate(results, 1):
            assert taken - given <= AHEAD * workers
            if given == 500:
                break
    assert 500 <= taken <= 500 + AHEAD * workers


def test_large_tasks_and_results_pass() -> None:
    texts = ["工" * 5_000_000, "会" * 5_000_000]
    assert [outcome for _, outcome in pool(str.strip, 1).run(texts)] == texts


def test_without_workers_all_is_done_here() -> None:
    found = dict(pool(eval, 0).run([f"{IMPORT_OS}.getpid()", "open('/no/such/file')"]))
    pid, error = found.values()
    assert pid == os.getpid()
    assert isinstance(error, FileNotFoundError)
    with pytest.raises(ZeroDivisionError):
        list(pool(eval, 0).run(["1 / 0"]))


def test_every_worker_is_warmed_up_once_before_its_first_task(work: Any) -> None:
    assert all(outcome is True for _, outcome in pool(work.loaded, 2, warm_up=work.warm_up).run(range(100)))


def test_what_the_work_prints_disturbs_nothing_and_what_it_reads_is_empty(work: Any) -> None:
    assert [outcome for _, outcome in pool(work.chatty, 1).run([1, 2, 3])] == ["", "", ""]


def test_the_workers_import_from_where_this_process_does(work: Any) -> None:
    assert [type(outcome) for _, outcome in pool(work.keep, 1).run([0])] == [tuple]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"workers": -1}, "workers"), ({"timeout": 0}, "timeout"), ({"limit_mb": 0}, "limit_mb"), ({"timeout": math.nan}, "timeout")],
)
def test_limits_that_are_none_are_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Pool(abs, **{"workers": 1, "timeout": 1, "limit_mb": 1000, **wrong})


# ------------------------------------------------------------------------------------------------ what is lost, and what is not

LOSSES = [
    pytest.param(f"{IMPORT_OS}._exit(3)", "worker_died", "exit status 3", id="os._exit"),
    pytest.param(f"{IMPORT_OS}._exit(0)", "worker_died", "exit status 0", id="os._exit of success"),
    pytest.param("__import__('sys').exit(4)", "worker_died", "exit status 4", id="sys.exit"),
    pytest.param(f"{IMPORT_OS}.kill({IMPORT_OS}.getpid(), 9)", "worker_died", "SIGKILL", id="SIGKILL"),
    pytest.param(f"{IMPORT_OS}.abort()", "worker_died", "SIGABRT", id="abort"),
    pytest.param(SEGFAULT, "worker_died", "SIGSEGV", id="segmentation fault"),
    pytest.param(f"{IMPORT_OS}.closerange(3, 100) or __import__('time').sleep(30)", "worker_died", "the worker process", id="closes its pipes"),
    pytest.param(ENDLESS, "timed_out", "longer than 2 seconds", id="endless loop"),
    pytest.param(HOLDS_ALL_THREADS, "timed_out", "longer than 2 seconds", id="endless loop that no thread of the process interrupts"),
    pytest.param("__import__('time').sleep(100)", "timed_out", "longer than 2 seconds", id="sleeps"),
    pytest.param(f"{IMPORT_OS}.kill({IMPORT_OS}.getpid(), 19)", "timed_out", "longer than 2 seconds", id="SIGSTOP"),
    pytest.param(HOG, "out_of_memory", "more than 400 MB", id="eats memory"),
    pytest.param("b'x' * 2_000_000_000", "out_of_memory", "more than 400 MB", id="eats memory at once"),
]


@linux
@pytest.mark.parametrize(("task", "code", "reason"), LOSSES)
def test_a_lost_worker_costs_its_task_only(task: str, code: str, reason: str) -> None:
    others = [f"{n} * 2" for n in range(40)]
    found = evaluated([*others[:20], task, *others[20:]], timeout=2, limit_mb=400)
    lost = found.pop(task)
    assert isinstance(lost, Lost)
    assert isinstance(lost, CAUGHT)
    assert lost.code == code
    assert reason in lost.reason
    assert found == {other: eval(other) for other in others}
    assert Failure.of("总结.docx", lost) == Failure("总结.docx", code, lost.reason, failure_words(code)["advice"])


def test_every_loss_has_its_words() -> None:
    assert len({failure_words(code)["chinese"] for code in ("timed_out", "out_of_memory", "worker_died", "error")}) == 4


@linux
def test_address_space_that_is_reserved_only_does_not_count() -> None:
    reserve = "len(__import__('mmap').mmap(-1, 4_000_000_000))"
    assert evaluated([reserve], workers=1, limit_mb=200) == {reserve: 4_000_000_000}


@linux
def test_memory_left_by_earlier_tasks_is_charged_to_none(work: Any) -> None:
    found: list[Any] = [outcome for _, outcome in pool(work.keep, 1, limit_mb=300).run([90] * 12)]
    assert [megabytes for megabytes, _ in found] == [90] * 12
    assert len({pid for _, pid in found}) > 3


def test_what_a_task_is_lost_with_is_its_own(work: Any) -> None:
    """The process dies at whatever is its second task: none is to blame."""
    tasks = list(range(12))
    assert list(pool(work.second_dies, 2).run(tasks)) == [(task, task) for task in tasks]


def test_time_is_that_of_a_task_not_of_a_batch_of_tasks() -> None:
    naps = [f"__import__('time').sleep(0.2) or {n}" for n in range(20)]
    assert list(evaluated(naps, workers=1, timeout=2).values()) == list(range(20))


@linux
def test_limits_are_kept_while_the_caller_does_something_else() -> None:
    with closing(pool(eval, 1, timeout=1).run([f"{IMPORT_OS}.getpid()", ENDLESS])) as results:
        _, pid = next(results)
        assert isinstance(pid, int)
        assert eventually(lambda: not alive(pid))  # nobody asks for the result
        assert [outcome.code for _, outcome in results if isinstance(outcome, Lost)] == ["timed_out"]


BEHAVIOURS: dict[str, object] = {"1 + 1": 2, f"{IMPORT_OS}._exit(3)": "worker_died", "open('/no/such/file')": errno.ENOENT, "'x'": "x"}


@settings(max_examples=8)
@given(st.lists(st.sampled_from(sorted(BEHAVIOURS)), max_size=40), st.integers(1, 3))
def test_any_mixture_gives_each_task_its_own_outcome(tasks: list[str], workers: int) -> None:
    found = list(pool(eval, workers).run(tasks))
    assert [task for task, _ in found] == tasks
    assert [getattr(outcome, "errno", getattr(outcome, "code", outcome)) for _, outcome in found] == [BEHAVIOURS[task] for task in tasks]


# ------------------------------------------------------------------------------------------------ failures and bugs


def test_an_error_of_a_file_comes_back_whole(work: Any) -> None:
    ((_, ours),) = pool(work.fail, 1).run(["encrypted"])
    assert isinstance(ours, Encrypted)
    assert (ours.source, ours.reason, ours.code) == ("总结.docx", "protected", "encrypted")
    found = evaluated(["open('/no/such/file')", "(lambda f: f(f))(lambda f: f(f))", "b'x' * 10 ** 16"])
    assert [type(error) for error in found.values()] == [FileNotFoundError, RecursionError, MemoryError]
    assert next(iter(found.values())).filename == "/no/such/file"


@pytest.mark.parametrize(("name", "kind", "code"), [("unlike", OSError, "unreadable"), ("ours", UnionNLPError, "encrypted")])
def test_an_error_that_cannot_be_copied_comes_back_as_the_nearest_that_can(work: Any, name: str, kind: type, code: str) -> None:
    ((_, error),) = pool(work.fail, 1).run([name])
    assert isinstance(error, CAUGHT)
    assert type(error) is kind
    assert Failure.of("x", error).code == code
    assert "Unlike" in str(error)


def test_a_result_nested_too_deeply_is_a_failure(work: Any) -> None:
    (_, flat), (_, deep) = pool(work.nested, 1).run([3, 100_000])
    assert flat == [[[[]]]]
    assert isinstance(deep, RecursionError)


@pytest.mark.parametrize(
    ("task", "kind", "words"),
    [
        ("{}['工会']", KeyError, "工会"),
        ("1 / 0", ZeroDivisionError, "division by zero"),
        ("lambda: 1", Exception, "lambda"),  # a result that cannot be sent
        ("1 +", SyntaxError, "invalid syntax"),
    ],
)
def test_a_bug_is_raised_with_the_traceback_of_the_worker(task: str, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        list(pool(eval, 2).run(["1 + 1", task]))
    assert "Traceback" in str(caught.value.__cause__)
    assert words in str(caught.value.__cause__)


def test_results_before_a_bug_are_given() -> None:
    results = pool(eval, 2).run(["1 + 1", "2 + 2", "1 / 0", "3 + 3"])
    assert [next(results), next(results)] == [("1 + 1", 2), ("2 + 2", 4)]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_bug_that_cannot_be_copied_is_raised_in_words(work: Any) -> None:
    with pytest.raises(RuntimeError, match="Sealed: stays here") as caught:
        list(pool(work.fail, 1).run(["sealed"]))
    assert "in fail" in str(caught.value.__cause__)


def test_a_task_that_cannot_be_sent_is_a_bug_of_the_caller() -> None:
    with pytest.raises(Exception, match="pickle"):
        list(pool(bool, 1).run([1, lambda: 1]))


def test_an_exception_of_the_tasks_is_raised_here() -> None:
    def tasks() -> Iterator[int]:
        yield 1
        raise LexiconError("x.tsv", 1, "broken")

    with pytest.raises(LexiconError):
        list(pool(abs, 1).run(tasks()))


def test_a_worker_that_cannot_warm_up_ends_the_batch(work: Any) -> None:
    with pytest.raises(LookupError, match="no such table") as caught:
        list(pool(work.loaded, 2, warm_up=work.cannot_warm_up).run([1, 2, 3]))
    assert "cannot_warm_up" in str(caught.value.__cause__)
    with pytest.raises(Lost, match=r"no worker could be started.*exit status 7"):
        list(pool(work.loaded, 2, warm_up=work.dies_in_warm_up).run([1, 2, 3]))


@linux
def test_a_limit_below_what_a_worker_needs_by_itself_ends_the_batch() -> None:
    with pytest.raises(Lost, match=r"no worker could be started.*2 MB") as caught:
        list(pool(abs, 1, limit_mb=2).run([1, 2, 3]))
    assert caught.value.code == "out_of_memory"


def test_work_of_the_script_itself_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eventually, "__module__", "__main__")
    with pytest.raises(ValueError, match="define it in a module"):
        pool(eventually, 1)
    pool(eventually, 0)


# ------------------------------------------------------------------------------------------------ one task meanwhile


@pytest.mark.parametrize("workers", [0, 1])
def test_one_task_goes_on_meanwhile(workers: int) -> None:
    with pool(eval, workers).meanwhile(f"{IMPORT_OS}.getpid()") as found:
        assert (found() == os.getpid()) == (workers == 0)


@pytest.mark.parametrize("workers", [0, 1])
def test_what_becomes_of_it_is_as_in_a_run(work: Any, workers: int) -> None:
    with pool(work.fail, workers).meanwhile("encrypted") as found:
        assert isinstance(found(), Encrypted)
    with pool(eval, workers).meanwhile("1 / 0") as found, pytest.raises(ZeroDivisionError):
        found()


@linux
def test_a_task_that_kills_its_worker_is_lost() -> None:
    with pool(eval, 1).meanwhile(SEGFAULT) as found:
        assert isinstance(found(), Lost)


@pytest.mark.parametrize("how", ["not asked for", "left by an exception"])
def test_a_task_that_nobody_waits_for_is_given_up(how: str) -> None:
    """The fixture above sees that its process is gone."""
    with suppress(KeyboardInterrupt), pool(eval, 1).meanwhile(ENDLESS):
        assert eventually(lambda: len(processes_of(os.getpid())) > 0)
        if how != "not asked for":
            raise KeyboardInterrupt


# ------------------------------------------------------------------------------------------------ ends


@linux
@pytest.mark.parametrize("how", ["closed", "deleted", "left by an exception"])
def test_leaving_early_leaves_no_process(how: str) -> None:
    results = pool(eval, 2).run([f"{IMPORT_OS}.getpid()", *[ENDLESS] * 10])
    before = processes_of(os.getpid())
    _, pid = next(results)
    assert isinstance(pid, int)
    assert pid in processes_of(os.getpid())
    if how == "closed":
        results.close()
    elif how == "deleted":
        del results
    else:
        with pytest.raises(KeyboardInterrupt):
            results.throw(KeyboardInterrupt)
    assert processes_of(os.getpid()) == before - {pid}


SCRIPT = """
import math, os, sys
from unionnlp.scanning.pool import Pool

results = Pool(eval, 2, 600, math.inf).run(["__import__('os').getpid()", *sys.argv[2:]])
try:
    print(next(results)[1], flush=True)
    if sys.argv[1] == "forget the results":
        sys.exit(sys.stdin.read())
    print(*(outcome for _, outcome in results))
except KeyboardInterrupt:
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        print("interrupted, no child left")
    sys.exit(130)
"""
"""A program without ``if __name__ == "__main__"``, as people write them."""


@contextmanager
def program(*args: str) -> Iterator[tuple[subprocess.Popen[str], set[int]]]:
    """A program with two workers at work, and their ids."""
    with subprocess.Popen([sys.executable, "-c", SCRIPT, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout
            worker = int(process.stdout.readline())
            assert eventually(lambda: len(processes_of(process.pid)) == 2)
            workers = processes_of(process.pid)
            assert worker in workers
            yield process, workers
        finally:
            process.kill()


@linux
@pytest.mark.parametrize("task", [ENDLESS, HOLDS_ALL_THREADS, "__import__('time').sleep(600)"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_survives_its_parent(task: str, number: int) -> None:
    with program("go on", task, task, task) as (process, workers):
        process.send_signal(number)
        process.wait(60)
        assert eventually(lambda: not any(map(alive, workers)))


@linux
def test_an_interruption_stops_the_program_cleanly() -> None:
    with program("go on", ENDLESS, HOLDS_ALL_THREADS, ENDLESS) as (process, _):
        process.send_signal(signal.SIGINT)
        words, _ = process.communicate(timeout=60)
    assert (words, process.returncode) == ("interrupted, no child left\n", 130)


def is_deaf(process: int) -> bool:
    """Whether a process has begun to ignore interruptions."""
    (ignored,) = (line.split()[1] for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("SigIgn"))
    return bool(int(ignored, 16) & 1 << signal.SIGINT - 1)


@linux
def test_an_interruption_of_all_processes_reaches_the_parent_only() -> None:
    with program("go on", *[f"__import__('time').sleep(0.5) or {IMPORT_OS}.getpid()"] * 6) as (process, workers):
        assert eventually(lambda: all(map(is_deaf, workers)))
        for worker in workers:
            os.kill(worker, signal.SIGINT)
        words, _ = process.communicate(timeout=60)
    assert len(words.split()) == 6
    assert set(map(int, words.split())) <= workers
    assert process.returncode == 0


@linux
def test_a_program_that_forgets_its_results_ends_all_the_same() -> None:
    with program("forget the results", ENDLESS, ENDLESS) as (process, workers):
        process.communicate("the exit", timeout=60)
        assert eventually(lambda: not any(map(alive, workers)))
    assert process.returncode == 1
