"""Parquet files: a submission a row, streamed as the lines that they would be in a JSON-lines file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ReadError
from .frames import parquet_errors

if TYPE_CHECKING:
    import pyarrow

__all__ = ["count_rows", "is_parquet", "parquet_lines"]

AT_ONCE = 256
"""Rows decoded together: 2 MB of reports. A text that stands in many rows is held once."""

_NEEDED = ("id", "text")
_NAME = "name"


def is_parquet(path: str | os.PathLike[str]) -> bool:
    """Whether a file is one by its name."""
    return Path(path).name.lower().endswith(".parquet")


def parquet_lines(name: str, path: str | os.PathLike[str]) -> Iterator[bytes]:
    """The rows of a file, each as a JSON object of its columns id, text and, if there is one, name.

    Args:
        name: of the file, for errors.

    Raises:
        ReadError: no Parquet file, a damaged one, or one without these columns.
        OSError: it cannot be read.

    Complexity: O(n) in the bytes; some rows are held at a time.
    """
    import pyarrow.parquet as parquet

    with open(path, "rb") as raw:
        try:
            kinds = {field.name: field.type for field in parquet.read_schema(raw)}
            if not kinds.keys() >= set(_NEEDED) or not _is_text(kinds["text"]):
                raise ReadError(name, 'no columns "id" and "text"')
            columns = [*_NEEDED, *([_NAME] if _NAME in kinds else [])]
            file = parquet.ParquetFile(raw, read_dictionary=["text"], pre_buffer=False, buffer_size=1 << 20)
            for batch in file.iter_batches(AT_ONCE, columns=columns):
                for cells in zip(*(batch.column(column) for column in columns), strict=True):
                    row = dict(zip(columns, map(_value, cells), strict=True))
                    yield json.dumps(row, ensure_ascii=False, default=lambda _: None).encode("utf-8", "surrogatepass")
        except parquet_errors() as error:
            if isinstance(error, OSError) and error.errno:  # the disk's own word; Arrow calls a damaged page an OSError, too
                raise
            raise ReadError(name, "damaged, or no Parquet file") from error


def _is_text(kind: pyarrow.DataType) -> bool:
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _value(cell: pyarrow.Scalar) -> Any:
    """What a cell holds; None where it is no UTF-8. What JSON has no word for becomes None later."""
    try:
        return cell.as_py()
    except UnicodeDecodeError:
        return None


def count_rows(path: str | os.PathLike[str]) -> int:
    """How many rows a file has, by its footer; 0 when it cannot be read."""
    import pyarrow.parquet as parquet

    try:
        return int(parquet.ParquetFile(path).metadata.num_rows)
    except parquet_errors():
        return 0
