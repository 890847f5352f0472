"""What went wrong, in the words of the table: one row a failure, the rest of the batch goes on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..errors import UnionNLPError
from ..lexicon import Row, load_table

__all__ = ["CAUGHT", "Failure", "failure_words"]

CAUGHT = (UnionNLPError, OSError, RecursionError, MemoryError)
"""What one file may raise without stopping a batch; any other exception is a bug and is not hidden."""

_PLAIN = ((RecursionError, "too_deep"), (MemoryError, "out_of_memory"), (OSError, "unreadable"))


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was not read, with the code of the reason."""

    file: str
    code: str
    reason: str
    advice: str

    @classmethod
    def of(cls, file: str, error: BaseException) -> Failure:
        """The row for an exception of ``CAUGHT``.

        Its reason is said without the path: tables must not depend on where a folder lies.

        Example:
            >>> from unionnlp.errors import Encrypted
            >>> failure = Failure.of("总结.docx", Encrypted("/srv/2024/总结.docx", "protected by a password"))
            >>> failure.code, failure.reason, failure.advice
            ('encrypted', 'protected by a password', '请报送单位取消密码后重新报送')
        """
        code = error.code if isinstance(error, UnionNLPError) else next((word for kind, word in _PLAIN if isinstance(error, kind)), "error")
        reason = error.strerror if isinstance(error, OSError) else getattr(error, "reason", None)
        return cls(file, code, str(reason or str(error) or type(error).__name__), failure_words(code)["advice"])


@cache
def _table() -> dict[str, Row]:
    return {row["code"]: row for row in load_table("failures", ("code", "chinese", "advice"))}


def failure_words(code: str) -> Row:
    """What to say in Chinese about an error: ``chinese`` names it, ``advice`` says what to do.

    Example:
        >>> failure_words("encrypted")["chinese"]
        '文件设有密码'
    """
    return _table().get(code) or _table()["error"]
