"""How long the audit of a batch takes, and whether it finds what is planted in it.

    python tests/benchmarks/bench_across.py [--reports 10000] [--characters 3000]

Reports of invented units are generated over three years, each of sentences drawn from a pool, with a block of figures at its head. Planted: every
hundredth unit contradicts last year's figure, every hundredth and first jumps, and one slip stands in two reports. Facts and matches are
made before the clock starts: a scan has them.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter

import pandas as pd
import regex
from measuring import samples  # type: ignore[import-not-found]

from unionnlp.across.audit import findings_across
from unionnlp.facts.extract import extract_facts
from unionnlp.records import Matches
from unionnlp.structure.parse import parse

NAMES = "云溪柳碓砚坪石门岚陵北屏恒阜青杉芦湾白杨望川禾阳松岭嘉石柏岭桂河桐原城阳溪城草坪东坪河杉黄梁金岚桃花临浠午阳三禾泗河"
WORDS = regex.findall("..", "职工工会活动开展服务帮扶困难培训技能竞赛安全生产组织建设民主管理公开维权法律宣传文化体育关爱慰问家庭企业基层干部会员学习贯彻落实推进加强")
CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]


POOL = 20_000
"""Sentences that the reports are made of."""

MORE = "新建工会{}家，发展会员{}人。签订集体合同{}份。受理信访{}件，追回欠薪{}万元。资助学生{}名，发放助学金{}万元。培训职工{}人次，推荐就业{}人。组织体检{}人次。\n"


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


def heads(rng: random.Random, units: int) -> list[tuple[str, str, str]]:
    """Title, figures and a planted slip of every report."""
    rows = []
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
            rows.append((f"{unit}{year}年工作总结", figures, "开展技术比舞。" if number in (5, 9) and year == 2021 else ""))
    return rows


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--reports", type=int, default=10_000)
    arguments.add_argument("--characters", type=int, default=3_000)
    given = arguments.parse_args()
    rng = random.Random(7)
    pool = [sentence(rng) for _ in range(POOL)]
    facts, reports = [], []
    for number, (title, figures, slip) in enumerate(heads(rng, given.reports // 3)):
        # Facts are taken from the figures alone: to read the rest is what bench_facts measures.
        head = f"{title}\n一、基本情况\n{figures}\n"
        (report,) = parse(head)
        report_id = f"{number:06}"
        facts.append(extract_facts(report).to_frame().assign(report_id=report_id, reporting_unit=report.unit))
        reports.append((report_id, report.unit, report.period, 0, head + slip + "".join(rng.choices(pool, k=(given.characters - len(head)) // len(pool[0])))))
    table = pd.concat(facts, ignore_index=True)
    sent = pd.DataFrame(reports, columns=["report_id", "reporting_unit", "period", "start", "text"])
    start = time.process_time()
    found = findings_across(table, sent, Matches())
    spent = time.process_time() - start
    print(f"{len(sent)} reports, {sent['text'].str.len().sum():,} characters, {len(table)} facts: {spent:.1f} s of CPU; jieba here {jieba_speed():,.0f} characters/s")
    print(dict(Counter(f"{finding.rule} {finding.verdict}" for finding in found)))
    print(f"planted: {sum(n % 100 == 0 for n in range(given.reports // 3))} same_figure, {sum(n % 100 == 1 for n in range(given.reports // 3))} jump, 1 shared_error")


if __name__ == "__main__":
    main()
