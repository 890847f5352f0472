"""What a scan found, as tables: DataFrames, SQL, and the files that people open."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import WorkspaceError
from .frames import TABLES, parquet_errors, schema, to_frame

if TYPE_CHECKING:
    import pandas
    import pyarrow

__all__ = ["OF_REPORTS", "Scan"]

OF_REPORTS = ("reports", "sections", "facts", "findings")
"""Tables whose rows belong to reports, and show as long as their report does."""

_SQL = {"text": "VARCHAR", "int": "BIGINT", "bool": "BOOLEAN", "real": "DOUBLE", "decimal": "DECIMAL(38, 6)", "date": "DATE"}

_GLOB = re.compile(r"[\[*?]")
"""Characters of a path that DuckDB takes for a pattern."""


class Scan:
    """The content of a workspace; ``scan`` and ``open_workspace`` give it.

    The tables are ``files``, ``reports``, ``sections``, ``facts``, ``findings``, ``matches`` and ``failures``, with the columns
    of ``frames.TABLES``, of all scans together; ``scan`` in each says which one brought a row. What a later scan took the place of does not show.
    A table is read when it is first asked for and kept; it is not to be changed in place.

    Args:
        folder: the workspace.
        parts: the Parquet files of every kept table.

    Example:
        >>> import pathlib, tempfile
        >>> from unionnlp import scan
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "总结.txt")
        ...     _ = path.write_text("某县总工会2023年工作总结\\n走访慰问困难职工120户，发放慰问金6万元。", encoding="utf-8")
        ...     found = scan(path, pathlib.Path(folder, "workspace"))
        ...     (found.facts[["quote", "value"]].values.tolist(), found.sql("select count(*) as n from reports")["n"].tolist())
        ([['120户', 120.0], ['6万元', 60000.0]], [1])
    """

    __slots__ = ("_frames", "_hidden_rows", "_parts", "folder")

    def __init__(self, folder: Path, parts: Mapping[str, tuple[Path, ...]]) -> None:
        self.folder = folder
        self._parts = parts
        self._frames: dict[str, pandas.DataFrame] = {}
        self._hidden_rows: pyarrow.Table | None = None

    @property
    def files(self) -> pandas.DataFrame:
        """The files that were read."""
        return self._frame("files")

    @property
    def reports(self) -> pandas.DataFrame:
        """The reports in them, with their raw text."""
        return self._frame("reports")

    @property
    def sections(self) -> pandas.DataFrame:
        """The sections of the reports, with their themes."""
        return self._frame("sections")

    @property
    def facts(self) -> pandas.DataFrame:
        """The numeric facts, with their places."""
        return self._frame("facts")

    @property
    def findings(self) -> pandas.DataFrame:
        """What the audit says, what holds included."""
        return self._frame("findings")

    @property
    def matches(self) -> pandas.DataFrame:
        """Pairs of reports that have more in common than chance and stock phrases explain, most alike first."""
        return self._frame("matches")

    @property
    def failures(self) -> pandas.DataFrame:
        """The files that could not be read, with the reason and what to do."""
        return self._frame("failures")

    def sql(self, query: str) -> pandas.DataFrame:
        """The answer to a query over the tables.

        Args:
            query: one SELECT in DuckDB's SQL; the tables bear the names of the properties.

        Returns:
            A pandas DataFrame; decimals are as DuckDB hands them to pandas.

        Raises:
            WorkspaceError: a part is gone, because a newer scan took the place of this one.
            duckdb.Error: the query is wrong.

        Complexity: DuckDB reads only the columns that the query names.
        """
        import duckdb

        with duckdb.connect() as connection:
            try:
                connection.register("hidden", self._hidden())
                for table in TABLES:
                    connection.execute(f'CREATE VIEW "{table}" AS {self._select(table)}')
            except duckdb.IOException as error:
                raise self._gone() from error
            frame: pandas.DataFrame = connection.execute(query).df()
            return frame

    def totals(self, status: Sequence[str] = ("achieved",)) -> pandas.DataFrame:
        """What the reports say together, by unit, indicator, measure and period; copies count once.

        Args:
            status: what is counted: "achieved", "planned", "rule"; each in rows of its own.
        Returns:
            The columns that ``unionnlp.totals`` explains.
        """
        from ..across.totals import totals_of

        return totals_of(self.facts, self.reports, self.matches, status=status)

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Write the dossier: an HTML file that needs nothing else.

        What is more than a browser opens at once goes into files in a folder beside it.

        Args:
            path: the .html to write; what is there is replaced only when all is written.

        Raises:
            OSError: the file cannot be written.
        """
        from ..dossier.html import write_html

        write_html(self._frames_by_name(), path)

    def to_excel(self, path: str | os.PathLike[str]) -> None:
        """Write the workbook: an audit ledger.

        Args:
            path: the .xlsx to write.

        Raises:
            OSError: the file cannot be written.
        """
        from ..dossier.workbook import write_workbook

        write_workbook(self._frames_by_name(), path)

    def to_word(self, path: str | os.PathLike[str], *, report_id: str = "", unit: str = "", date: datetime.date | None = None) -> None:
        """Write the 核查报告: a Word document in official form, on the batch or, given its id, on one report.

        Args:
            path: the .docx to write.
            report_id: the report that the letter is about; empty for the batch.
            unit: who signs; a place to fill in when empty.
            date: of the document; today when not given.

        Raises:
            ValueError: no report has this id.
            OSError: the file cannot be written.
        """
        from ..dossier.word import write_word

        write_word(self._frames_by_name(), path, report_id=report_id, unit=unit, date=date)

    def __repr__(self) -> str:
        files, reports, failures = (self.rows(table, ["scan"]).num_rows for table in ("files", "reports", "failures"))
        return f"Scan({str(self.folder)!r}: {files} files, {reports} reports, {failures} failures)"

    def _repr_html_(self) -> str:
        from .overview import overview_html

        return overview_html(self)

    def _frames_by_name(self) -> dict[str, pandas.DataFrame]:
        return {table: self._frame(table) for table in TABLES}

    def _select(self, table: str) -> str:
        """The query of a view. A folder called year=2024 must not become a column, hence no hive partitions."""
        listed = ", ".join(map(_literal, self._files(table)))
        if not listed:
            columns = ", ".join(f'CAST(NULL AS {_SQL[column.kind]}) AS "{column.name}"' for column in TABLES[table])
            return f"SELECT {columns} WHERE false"
        select = f"SELECT * FROM read_parquet([{listed}], hive_partitioning = false)"
        return f"{select} ANTI JOIN hidden USING (scan, report_id)" if table in OF_REPORTS and len(self._hidden()) else select

    def _frame(self, table: str) -> pandas.DataFrame:
        if table not in self._frames:
            self._frames[table] = to_frame(self.rows(table))
        return self._frames[table]

    def rows(self, table: str, columns: Sequence[str] | None = None) -> pyarrow.Table:
        """The rows of a table as Arrow has them, decimals and all.

        Args:
            table: its name, as in ``frames.TABLES``.
            columns: those that are wanted; all unless given.

        Returns:
            A pyarrow Table with the columns in the order asked for.

        Raises:
            WorkspaceError: a part is gone, because a newer scan took the place of this one, or damaged.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        wanted = [column.name for column in TABLES[table]] if columns is None else list(columns)
        key = ["scan", "report_id"] if table in OF_REPORTS and len(self._hidden()) else []
        found = self._read(self._files(table), table, list(dict.fromkeys((*wanted, *key))))
        if key:
            keys = (pc.binary_join_element_wise(rows["scan"].cast(pa.string()), rows["report_id"], "/") for rows in (found, self._hidden()))
            found = found.filter(pc.invert(pc.is_in(next(keys), value_set=pa.array(next(keys).to_pylist(), pa.string()))))
        return found.select(wanted)

    def _files(self, table: str) -> tuple[Path, ...]:
        return (*self._parts[table], *(self._parts["across"] if table == "findings" else ()))

    def _hidden(self) -> pyarrow.Table:
        if self._hidden_rows is None:
            self._hidden_rows = self._read(self._parts["hidden"], "hidden", ["scan", "report_id"])
        return self._hidden_rows

    def _read(self, parts: Sequence[Path], table: str, columns: list[str]) -> pyarrow.Table:
        import pyarrow as pa
        import pyarrow.parquet as parquet

        try:
            return pa.concat_tables([schema(table).empty_table().select(columns), *(parquet.ParquetFile(path).read(columns=columns) for path in parts)])
        except FileNotFoundError as error:
            raise self._gone() from error
        except parquet_errors() as error:
            raise WorkspaceError(str(self.folder), f"a part of {table} is damaged") from error

    def _gone(self) -> WorkspaceError:
        return WorkspaceError(str(self.folder), "a newer scan took the place of this one; open the workspace again")


def _literal(path: Path) -> str:
    """A path as an SQL string that stands for this one file."""
    pattern = _GLOB.sub(r"[\g<0>]", str(path))
    return "'" + pattern.replace("'", "''") + "'"
