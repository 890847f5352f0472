"""A batch on one machine: every file through all stages, files that hold one text as one submission, then all reports against one another."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..across.audit import findings_across
from ..duplicates.find import find_duplicates
from ..errors import EmptyDocument, ReadError
from ..reading.read import read_each
from ..reading.sniff import sniff
from ..records import Document, Report
from .analyze import analyze_each as analyze  # what several reports show is asked of the whole batch
from .failures import CAUGHT, Failure
from .frames import TABLES, Row, Submission, across_rows, arrow_table, file_row, match_rows, rows_of, to_frame
from .inputs import Source, find_inputs
from .results import Scan
from .twins import find_twins, format_of
from .workspace import commit, prepare, write_part

__all__ = ["scan"]


def scan(source: Source, workspace: str | os.PathLike[str], *, progress: bool = False) -> Scan:
    """Read a batch of submissions and keep what was found in a workspace.

    A file that cannot be read is a row of ``failures``; the rest goes on. Files that hold one text in two formats, such as Word
    and the sealed PDF, are one submission: all are rows of ``files``, the reports are those of the surest. Scanning again into the same workspace replaces its
    tables by those of the new scan, all at once when it is complete; until then, and when it is interrupted, the workspace
    holds the earlier scan. One scan at a time writes a workspace.

    Args:
        source: a folder (with all folders in it), a file, or several of them.
        workspace: the folder to keep the results in; it is made when it does not exist.
        progress: whether to show a bar, in the terminal on stderr or in a notebook.

    Returns:
        The scan, also when every file failed. Two scans of the same files, wherever their folder lies, give equal tables.

    Raises:
        InputError: no such folder, or nothing in it.
        WorkspaceError: the workspace cannot be written; said before any file is read.

    Complexity: linear in the characters, and near linear in the copies among the reports.

    Example:
        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     inbox = pathlib.Path(folder, "inbox")
        ...     inbox.mkdir()
        ...     _ = pathlib.Path(inbox, "总结.txt").write_text("某县总工会2023年工作总结\\n走访慰问困难职工120户。", encoding="utf-8")
        ...     found = scan(inbox, pathlib.Path(folder, "workspace"))
        ...     found.sql("select file, reporting_unit, quote from facts join reports using (report_id, reporting_unit)").values.tolist()
        [['总结.txt', '某县总工会', '120户']]
    """
    inputs = find_inputs(source, workspace)
    root = prepare(workspace)
    submissions: list[Submission] = []
    failures = list(inputs.failures)
    for name, path in _shown(inputs.files, progress):
        try:
            read, unread = _read(name, path)
        except CAUGHT as error:
            failures.append(Failure.of(name, error))
            continue
        submissions += read
        failures += unread
    twins = find_twins(submissions)
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    reports: dict[str, Report] = {}
    seen: Counter[str] = Counter()
    for submission in submissions:
        twin = twins.get(submission.file)
        if twin:
            rows["files"].append(file_row(submission, twin.main, twin.changes))
            continue
        text = submission.analysis.reports[0].report_id
        seen[text] += 1
        submission = replace(submission, occurrence=seen[text])
        reports |= {submission.report_id(report): report for report in submission.analysis.reports}
        for table, found in rows_of(submission).items():
            rows[table] += found
    matches = find_duplicates(reports)
    facts, sent = (to_frame(arrow_table(table, rows[table])) for table in ("facts", "reports"))
    across, rows["reports"] = across_rows(findings_across(facts, sent, matches), rows["reports"])
    rows["findings"] += across
    rows["matches"] = match_rows(matches)
    rows["failures"] = sorted((f.file, f.code, f.reason, f.advice) for f in failures)
    return commit(root, {table: [write_part(root, table, arrow_table(table, rows[table]))] for table in TABLES})


def _read(name: str, path: Path) -> tuple[list[Submission], list[Failure]]:
    """What a file holds, analysed; an archive holds several, each named below it, some of which may fail."""
    entries = list(read_each(path))
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    submissions: list[Submission] = []
    failures: list[Failure] = []
    for entry in entries:
        inside = name + entry.source.removeprefix(os.fspath(path))
        try:
            if isinstance(entry, ReadError):
                raise entry
            analysis = analyze(entry)
            if not analysis.reports:
                raise EmptyDocument(inside, "no report in it")
        except CAUGHT as error:
            failures.append(Failure.of(inside, error))
        else:
            submissions.append(Submission(inside, digest, size, analysis, kind=_kind(entry, path), folder=_folder(name, inside)))
    return submissions, failures


def _kind(document: Document, path: Path) -> str:
    """The format of a file; one whose name promises none is looked at again, unless it lies in an archive."""
    kind = format_of(document)
    return kind if kind or document.source != os.fspath(path) else sniff(path.read_bytes())


def _folder(name: str, inside: str) -> str:
    """What a file lies in: a folder, or the innermost archive, whatever folders that has.

    Args:
        name, inside: the file that was scanned, and the one in it; the same when it is no archive.

    Example:
        >>> _folder("县区/总结.doc", "县区/总结.doc"), _folder("报送.zip", "报送.zip/县区/总结.doc"), _folder("报送.zip", "报送.zip/下级.zip/河口镇/总结.doc")
        ('县区', '报送.zip', '报送.zip/下级.zip')
    """
    if inside == name:
        return posixpath.dirname(name)
    below = inside.removeprefix(name).split("/")[:-1]
    archives = [depth for depth, part in enumerate(below, 1) if depth == 1 or part.lower().endswith(".zip")]
    return name + "/".join(below[: archives[-1]])


def _shown(files: tuple[tuple[str, Path], ...], progress: bool) -> Iterator[tuple[str, Path]]:
    if not progress:
        yield from files
        return
    from tqdm.auto import tqdm

    yield from tqdm(files, desc="扫描", unit="份", leave=False)
