"""How long the audit takes beyond the reading of figures (aims: 3 ms for 3,000 characters, 30 s for 10,000 reports).

    python tests/benchmarks/bench_audit.py [copies of the sample set, default 10]
"""

from __future__ import annotations

import sys
import time

import unionnlp as un
from unionnlp.auditing.audit import RULES, audit_report
from unionnlp.auditing.case import Case
from unionnlp.lexicon import data_file
from unionnlp.records import Report


def sample_reports() -> list[Report]:
    documents = (un.read(str(path)) for path in sorted(data_file("samples").iterdir(), key=lambda path: path.name))
    return [report for document in documents for report in un.parse(document)]


def main() -> None:
    reports = sample_reports()
    facts = [un.extract_facts(report) for report in reports]
    characters = sum(len(report.text) for report in reports)
    for report, known in zip(reports, facts, strict=True):
        audit_report(report, known)  # the tables are loaded by now

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(f"{len(reports)} reports, {characters:,} characters, {sum(map(len, facts)):,} facts; CPU time, {rounds} rounds")
    start = time.process_time()
    for _ in range(rounds):
        for report, known in zip(reports, facts, strict=True):
            audit_report(report, known)
    spent = (time.process_time() - start) / rounds
    print(f"audit beyond facts: {spent / characters * 3000 * 1000:.2f} ms a 3,000 characters; 10,000 such reports: {spent / characters * 3000 * 10_000:.1f} s")

    # Each rule by itself: one that looks at sentences pays here for making them, which in an audit only the first does.
    start = time.process_time()
    for _ in range(rounds):
        for report, known in zip(reports, facts, strict=True):
            Case.of(report, known)
    spent = (time.process_time() - start) / rounds
    print(f"{'the case (normalising)':<26}{spent / characters * 3000 * 1000:8.3f} ms")
    for name, rule in ((rule.__name__, rule) for rule in RULES):
        cases = [Case.of(report, known) for _ in range(rounds) for report, known in zip(reports, facts, strict=True)]
        start = time.process_time()
        for case in cases:
            for _finding in rule(case):
                pass
        spent = (time.process_time() - start) / rounds
        print(f"{name:<26}{spent / characters * 3000 * 1000:8.3f} ms")


if __name__ == "__main__":
    main()
