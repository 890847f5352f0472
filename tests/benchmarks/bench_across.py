"""What the end of a scan costs, apart from the search for copies: parts put together, what stands, the audit across reports.

    python tests/benchmarks/bench_across.py [--reports 2000 10000 40000] [--characters 3000] [--profile assembly|standing|across]

Reports of invented units are generated over three years, each of sentences drawn from a pool, with a block of figures at its head. Planted: every
hundredth unit contradicts last year's figure, every hundredth and first jumps, and one slip stands in two reports. They are written as the chunks that a
scan leaves behind; a process of its own then does what comes at the end, so that its peak of memory (VmHWM) is that of the end alone.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import regex
from measuring import samples  # type: ignore[import-not-found]

NAMES = "云溪柳碓砚坪石门岚陵北屏恒阜青杉芦湾白杨望川禾阳松岭嘉石柏岭桂河桐原城阳溪城草坪东坪河杉黄梁金岚桃花临浠午阳三禾泗河"
WORDS = regex.findall("..", "职工工会活动开展服务帮扶困难培训技能竞赛安全生产组织建设民主管理公开维权法律宣传文化体育关爱慰问家庭企业基层干部会员学习贯彻落实推进加强")
CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]

POOL = 20_000
"""Sentences that the reports are made of."""

TERMS = 300
"""Words that a report is counted to have."""

PAIRED = 50
"""One in so many reports is a copy of the one before it."""

MORE = "新建工会{}家，发展会员{}人。签订集体合同{}份。受理信访{}件，追回欠薪{}万元。资助学生{}名，发放助学金{}万元。培训职工{}人次，推荐就业{}人。组织体检{}人次。\n"
BATCH = "批"


def jieba_speed() -> float:
    """Characters that jieba cuts in a second, to tell machines apart."""
    import jieba

    text = "\n".join(samples())
    jieba.initialize()
    start = time.process_time()
    jieba.lcut(text)
    return len(text) / (time.process_time() - start)


def sentence(rng: random.Random) -> str:
    """Words of the field and as many of any characters, without a figure."""
    return "".join(rng.choice(WORDS) if rng.random() < 0.6 else rng.choice(CHARACTERS) + rng.choice(CHARACTERS) for _ in range(12)) + "。\n"


def heads(rng: random.Random, units: int) -> Iterator[tuple[str, str, str]]:
    """Title, figures and a planted slip of every report."""
    for number in range(units):
        unit = f"{rng.choice(NAMES)}{rng.choice(NAMES)}{chr(0x4E00 + number % 20_000)}{'镇乡区县'[number % 4]}总工会"
        members, money = rng.randint(2_000, 60_000), rng.randint(5, 90)
        for year in (2021, 2022, 2023):
            jump = 1.6 if number % 100 == 1 and year == 2023 else 1.03
            before, members = members, int(members * jump)
            said = before + (777 if number % 100 == 0 and year == 2022 else 0)
            figures = f"截至{year}年底，全辖区共有会员{members}人。"
            figures += f"截至{year - 1}年底，全辖区共有会员{said}人。" if year > 2021 else ""
            figures += f"{year}年发放慰问金{money + year % 7}.{number % 10}万元，走访慰问困难职工{rng.randint(30, 900)}户，举办培训班{rng.randint(3, 40)}期。"
            figures += MORE.format(*(rng.randint(3, 4_000) for _ in range(MORE.count("{}"))))
            yield f"{unit}{year}年工作总结", figures, "开展技术比舞。" if number in (5, 9) and year == 2021 else ""


def build(root: Path, reports: int, characters: int) -> None:
    """The chunks of a scan, as it leaves them to be put together."""
    from unionnlp.facts.extract import extract_facts
    from unionnlp.scanning.frames import figures_as_kept, schema
    from unionnlp.scanning.intake import Intake, Taken
    from unionnlp.scanning.pending import Pending
    from unionnlp.scanning.rows import Submission
    from unionnlp.structure.parse import parse

    def row(table: str, **cells: Any) -> tuple[Any, ...]:
        nothing = {"string": "", "int64": 0, "bool": False, "double": 0.0}
        return tuple(cells.get(field.name, nothing.get(str(field.type))) for field in list(schema(table, pending=True))[1:])

    rng = random.Random(7)
    pool = [sentence(rng) for _ in range(POOL)]
    words = [rng.choice(WORDS) + rng.choice(CHARACTERS) for _ in range(POOL)]
    pending = Pending(root, BATCH, BATCH)
    for number, (title, figures, slip) in enumerate(heads(rng, reports // 3)):
        # Facts are taken from the figures alone: to read the rest is what bench_facts measures.
        head = f"{title}\n一、基本情况\n{figures}\n"
        (report,) = parse(head)
        text = head + slip + "".join(rng.choices(pool, k=(characters - len(head)) // len(pool[0])))
        report_id, file = f"{rng.getrandbits(64):016x}", f"{number // 1000:04}/{number:07}.txt"
        facts = []
        for fact in extract_facts(report):
            kept, flags = figures_as_kept((fact.value, fact.low, fact.high), fact.flags)
            said = {name: getattr(fact, name) for name in schema("facts", pending=True).names if hasattr(fact, name)}
            facts.append(row("facts", **{**said, **dict(zip(("value", "low", "high"), kept, strict=True)), "flags": "、".join(flags), "report_id": report_id, "reporting_unit": report.unit}))
        about = {"report_id": report_id, "file": file, "position": 1, "end": len(text), "title": title, "reporting_unit": report.unit, "period": report.period}
        taken = {
            "files": [row("files", file=file, report_count=1, characters=len(text), digest=report_id * 4, bytes=3 * len(text))],
            "reports": [row("reports", **about, characters=len(text), text=text)],
            "terms": [row("terms", terms=rng.choices(words, k=TERMS), counts=[1] * TERMS)],
            "sections": [row("sections", report_id=report_id, ordinal=n, heading="基本情况", theme="基本情况", evidence=text[:60]) for n in range(6)],
            "facts": facts,
            "findings": [row("findings", report_id=report_id, rule="rate", verdict="consistent", message=text[:40], quote=text[:9], spans="[[0, 9]]") for _ in range(4)],
        }
        submission = Submission(file, file, file.rpartition("/")[0], "text", False, 0, report_id, (report.unit,), (report.period,), ("",))
        pending.add(file, Intake(report_id, (Taken(submission, taken),), ()))
    pending.flush()


def held() -> float:
    """The most megabytes that this process held so far."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def measure(root: Path, profiled: str) -> None:
    """Do what comes at the end, and tell what it took."""
    from unionnlp.scanning.across_parts import across_parts
    from unionnlp.scanning.assembly import assemble, take_inventory
    from unionnlp.scanning.frames import arrow_table, schema
    from unionnlp.scanning.pending import Pending
    from unionnlp.scanning.standing import LIGHT, read, stand
    from unionnlp.scanning.workspace import part_path, writing

    spent: dict[str, float] = {}

    @contextmanager
    def timed(stage: str) -> Iterator[None]:
        profiler = cProfile.Profile(time.process_time)
        start = time.process_time()
        if stage == profiled:
            profiler.enable()
        yield
        if stage == profiled:
            profiler.disable()
            pstats.Stats(profiler).sort_stats("tottime").print_stats(30)
        spent[stage] = time.process_time() - start
        print(f"  {stage}: {spent[stage]:.1f} s of CPU, peak so far {held():.0f} MB", flush=True)

    with writing(root):
        pending = Pending(root, BATCH, BATCH)
        places = {name: at for at, name in enumerate(sorted(pending.open()))}
        print(f"  at the beginning: {held():.0f} MB")
        with timed("assembly"):
            new = assemble(root, take_inventory(pending.chunks, places), BATCH, 1, {})
        light = read([part_path(root, "reports", name) for name in new.parts["reports"]], "reports", LIGHT)
        ids = light["report_id"].to_pylist()
        likeness = {"kind": "light_edit", **dict.fromkeys(("jaccard", "containment_a", "containment_b", "discounted_a", "discounted_b"), 0.8)}
        likeness |= {"shared_figures": 12, "scan": 1, "scan_a": 1, "scan_b": 1, **dict.fromkeys(("passages", "changes", "figures"), "[]")}
        pairs = [{**likeness, "a": ids[n], "b": ids[n - 1]} for n in range(PAIRED, len(ids), PAIRED)]
        with timed("standing"):
            shown = stand(new.files, light, arrow_table("pairs", [tuple(pair[name] for name in schema("pairs").names) for pair in pairs]), schema("hidden").empty_table(), 1)
        with timed("across"):
            found = across_parts(root, new.parts, shown.hidden, shown.pairs)
    total = sum(spent.values())
    print(f"{len(ids)} reports: {1000 * total / len(ids):.2f} ms of CPU each, peak {held():.0f} MB", flush=True)
    print(f"  {dict(Counter(map(' '.join, zip(*(found[name].to_pylist() for name in ('rule', 'verdict')), strict=True))))}")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--reports", type=int, nargs="+", default=[2_000, 10_000, 40_000])
    ask.add_argument("--characters", type=int, default=3_000)
    ask.add_argument("--profile", choices=("assembly", "standing", "across"), default="")
    ask.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = ask.parse_args()
    if given.measure:
        measure(given.measure, given.profile)
        return
    for reports in given.reports:
        with tempfile.TemporaryDirectory() as folder:
            from unionnlp.scanning.workspace import writing

            with writing(folder) as root:
                build(root, reports, given.characters)
            subprocess.run([sys.executable, __file__, "--measure", folder, *(["--profile", given.profile] if given.profile else [])], check=True)
        units = range(reports // 3)
        print(f"  planted: {sum(n % 100 == 0 for n in units)} same_figure, {sum(n % 100 == 1 for n in units)} jump, 1 shared_error; jieba here {jieba_speed():,.0f} characters/s", flush=True)


if __name__ == "__main__":
    main()
