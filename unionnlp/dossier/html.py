"""The dossier: one HTML file for a person who has never seen Python; of a large batch the rest in files beside it.

It opens from disk, asks no address for anything, and lets no script run but its own (a content policy holds the hash of it). Words from
submissions reach the page only through the template's escaping.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from ..display import shorten
from ..records import VERDICTS
from .asking import GRAVITY, Ask
from .batch import Batch, Row
from .charts import copied_share, figures_over_time, indicators_by_unit, themes_by_unit, who_matches_whom
from .details import details_of, number
from .pairs import TEXT, copies_of
from .scope import material_of, scope_of
from .tables import atomic, complete, display_words, explain, printable, say
from .volumes import MAIN, PAIRS_OF_FAMILY, Links, Volume, Volumes, numbered_files

if TYPE_CHECKING:
    import jinja2
    import pandas

__all__ = ["render_html", "write_html"]

TITLE = "工会报告审核卷宗"

ASKED_FIRST = GRAVITY[: GRAVITY.index("doubtful") + 1]
"""What the first page lists; the rest stands with its report and in the workbook."""

FIGURES = 60  # changed figures of a pair that are listed above its texts
ROWS = 50  # of a long table that show until one asks for all
REPORT_ROWS = 5_000  # of the table of reports


def render_html(tables: Mapping[str, pandas.DataFrame], *, title: str = TITLE, scope: str = "") -> str:
    """The dossier of a batch as one HTML page.

    Args:
        tables: frames named files, reports, sections, facts, findings, matches and failures; ``dossier.tables.COLUMNS`` says which
            columns are read. A missing one is taken as empty.
        title: the heading of the page.
        scope: what was scanned and compared with what, in a sentence; worked out from the tables when not given.

    Returns:
        HTML in Chinese, the same for the same tables.

    Complexity: linear in the text that is shown; beyond 40 pairs and 100 reports only figures are listed, and the page says so.
    Source: own layout; the ratios and colours are those auditors know from 查重 reports.

    Example:
        >>> "审核卷宗" in render_html({})
        True
    """
    return next(_Dossier(tables, title, scope).pages())[1]


def write_html(tables: Mapping[str, pandas.DataFrame], path: str | os.PathLike[str], *, title: str = TITLE, scope: str = "") -> None:
    """Write the dossier of a batch to ``path``; an older one is replaced only when the new one is whole.

    What is more than a browser opens at once goes into files beside it, in a folder called like it with ``_files``, linked in both
    directions; without such a rest there is no folder. Files of an older dossier there are removed, others are left alone.

    Args:
        tables, title, scope: as for ``render_html``.
        path: the file to write, in UTF-8.

    Raises:
        OSError: a file cannot be written.

    Complexity: linear in the texts of 10,000 reports and 3,000 pairs at most; one file is in memory at a time.

    Example:
        >>> import tempfile, pathlib
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "dossier.html")
        ...     write_html({}, path)
        ...     path.stat().st_size > 1000, [file.name for file in pathlib.Path(folder).iterdir()]
        (True, ['dossier.html'])
    """
    target = Path(path)
    folder = target.with_name(f"{target.stem}_files")
    dossier = _Dossier(tables, title, scope, main=target.name, folder=folder.name)
    with atomic(target) as written, numbered_files(folder) as beside:
        for name, page in dossier.pages():
            if name != MAIN:
                beside.mkdir(exist_ok=True)
            (written if name == MAIN else beside / name).write_text(page, encoding="utf-8", newline="\n")


def _template(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=jinja2.FunctionLoader(_template)
    )
    environment.filters.update(percent="{:.1%}".format, number=number, shorten=shorten)
    script, style = _template("dossier.js"), _template("dossier.css")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    environment.globals.update(say=say, explain=explain, words=display_words, script=script, style=style, policy=policy, verdict_order=VERDICTS, asked_verdicts=ASKED_FIRST[1:])
    return environment


class _Dossier:
    """Renders the files of a dossier one after the other; without a name of the main file there is only that one."""

    def __init__(self, tables: Mapping[str, pandas.DataFrame], title: str, scope: str, *, main: str = "", folder: str = "") -> None:
        self.batch = batch = Batch(complete(tables))
        self.main, self.folder = main, folder
        self.title, self.scope = printable(title), printable(scope) or scope_of(batch.tables)
        self.asked = [ask for ask in batch.asks if ask.gravity in ASKED_FIRST]
        first = dict.fromkeys([*(member for family in batch.families for member in family.members), *(ask.report_id for ask in batch.asks)])
        order = [*(report_id for report_id in first if report_id in batch.reports), *(report_id for report_id in batch.reports if report_id not in first)]
        self.volumes = Volumes(self.asked, batch.families, order, beside=bool(main))
        self.environment = _environment()

    def pages(self) -> Iterator[tuple[str, str]]:
        """The name and the text of each file, the main one first."""
        for volume in self.volumes.volumes:
            context = self._contents(volume)
            if volume is self.volumes.main:
                context |= self._overview()
            yield volume.name, self.environment.get_template("dossier.html" if volume is self.volumes.main else "volume.html").render(context)

    def _contents(self, volume: Volume) -> Row:
        """What every file has: its lines, pairs and reports, and where links lead from it."""
        links = self._links(volume)
        return {
            "title": self.title,
            "volume": volume,
            "links": links,
            "asked": [(ask, self._place(ask, links)) for ask in volume.asks],
            "gravities": [gravity for gravity in ASKED_FIRST if any(ask.gravity == gravity for ask in volume.asks)],
            "copies": copies_of(self.batch, volume.slices),
            "details": details_of(self.batch, volume.reports),
            "limits": {"pairs": self.volumes.pairs_in_front, "of_family": PAIRS_OF_FAMILY, "reports": self.volumes.reports_in_front, "text": TEXT, "figures": FIGURES, "rows": ROWS},
        }

    def _links(self, volume: Volume) -> Links:
        return Links(self.volumes, volume.name, self.main, self.folder)

    def _place(self, ask: Ask, links: Links) -> str:
        """Where what is asked about can be looked at."""
        return links.to("family", str(ask.number), f"c{ask.number}") if ask.gravity == "match" else links.to("report", ask.report_id, f"q{ask.number}")

    def _overview(self) -> Row:
        """What only the main file has."""
        batch, tables, links = self.batch, self.batch.tables, self._links(self.volumes.main)
        counts = Counter(tables["findings"]["verdict"])
        pictures = (who_matches_whom(batch, links), copied_share(batch, links), indicators_by_unit(batch, links), themes_by_unit(batch), figures_over_time(batch))
        return {
            "scope": self.scope,
            "material": material_of(tables),
            "counts": {"match": len(batch.families), **{verdict: counts[verdict] for verdict in VERDICTS}},
            "files": len(tables["files"]) or tables["reports"]["file"].nunique(),
            "facts": len(tables["facts"]),
            "reports": list(batch.reports.values())[:REPORT_ROWS],
            "report_count": len(batch.reports),
            "reports_unshown": sum(self.volumes.file_of("report", report_id) is None for report_id in batch.reports),
            "asked_count": len(self.asked),
            "asked_unshown": len(self.asked) - sum(len(volume.asks) for volume in self.volumes.volumes),
            "families_unshown": sum(self.volumes.file_of("family", str(family.number)) is None for family in batch.families),
            "beside": {kind: self.volumes.of_kind(kind) for kind in ("asks", "pairs", "reports")},
            "pictures": [picture for picture in pictures if picture],
            "failures": tables["failures"].to_dict("records"),
        }
