"""What all records have: their fields in plain types, and tuples of them that turn into tables."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    import pandas

__all__ = ["Record", "Records", "names"]


def _plain(value: Any) -> Any:
    """``value`` in lists, dicts and plain types, ready for JSON."""
    if isinstance(value, Decimal | date):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.metadata.get("shown", True)}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


class Record:
    """Gives a dataclass ``to_dict``."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields in plain types, ready for JSON.

        Returns:
            A dict by field name; decimals and dates (2019-06-30) are strings, tuples are lists, records inside are dicts.
        """
        plain: dict[str, Any] = _plain(self)
        return plain


def names(record: type[Record]) -> tuple[str, ...]:
    """The names of the fields, in order."""
    return tuple(f.name for f in dataclasses.fields(record))  # type: ignore[arg-type]


R = TypeVar("R", bound=Record)

_DECIMALS = ("value", "low", "high", "computed", "stated")
_DATES = ("period_start", "period_end")


class Records(tuple[R, ...], Generic[R]):
    """A tuple of records that turns into a table."""

    def to_frame(self) -> pandas.DataFrame:
        """The records as a table.

        Returns:
            A pandas DataFrame, one row a record; columns as the fields, decimals as float64, dates as datetime64, tuples of
            words joined by 、, places as JSON.
        """
        import pandas

        frame = pandas.DataFrame([self._row(record) for record in self], columns=list(self._fields()))
        kinds = {**dict.fromkeys(_DECIMALS, "float64"), **dict.fromkeys(_DATES, "datetime64[ms]")}
        return frame.astype({name: kind for name, kind in kinds.items() if name in frame})

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        raise NotImplementedError

    def _row(self, record: R) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for name in self._fields():
            value = getattr(record, name)
            if isinstance(value, Decimal):
                value = float(value)
            elif isinstance(value, tuple):
                value = "、".join(value) if all(isinstance(v, str) for v in value) else json.dumps(_plain(value), ensure_ascii=False)
            row[name] = value
        return row
