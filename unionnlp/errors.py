"""Every error that the library raises on purpose, as one tree.

    UnionNLPError
    ├── ReadError                 a submission could not be read: carries its source
    │   ├── UnsupportedFormat     no reader for this kind of file
    │   ├── Undecodable           no encoding gives readable Chinese text
    │   ├── Encrypted             protected by a password
    │   ├── EmptyDocument         holds no text
    │   └── TooLarge              over a stated limit, or unpacks to more than it declares
    ├── NumeralError              not a numeral, or one that stands for no single value: carries the place
    ├── LexiconError              a table in data/ that breaks its own rules: carries file and line
    ├── InputError                what was asked for cannot be scanned (no such folder, nothing in it)
    ├── WorkspaceError            a workspace that cannot be opened, read or written
    ├── EngineError               a cluster that cannot be used, or that failed
    └── MissingExtra              an optional part is not installed: names the command that installs it

Messages are English. ``code`` is a stable word by which the command line and the dossier look up what to say in
Chinese (``data/lexicon/failures.tsv``).
"""

from __future__ import annotations

__all__ = [
    "EmptyDocument",
    "Encrypted",
    "EngineError",
    "InputError",
    "LexiconError",
    "MissingExtra",
    "NumeralError",
    "ReadError",
    "TooLarge",
    "Undecodable",
    "UnionNLPError",
    "UnsupportedFormat",
    "WorkspaceError",
]


class UnionNLPError(Exception):
    """Base of all errors of this library; catch it to go on with the rest of a batch.

    Example:
        >>> try:
        ...     raise Encrypted("总结.docx", "protected by a password")
        ... except UnionNLPError as error:
        ...     print(error.code, "-", error)
        encrypted - 总结.docx: protected by a password
    """

    code: str = "error"


class ReadError(UnionNLPError):
    """A submission that could not be read.

    Args:
        source: the file's name or another word for where the bytes came from.
        reason: what is wrong with it, in English.
    """

    code = "unreadable"

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(source, reason)
        self.source = source
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


class UnsupportedFormat(ReadError):
    """The bytes are of a kind that no reader here understands."""

    code = "unsupported_format"


class Undecodable(ReadError):
    """No encoding that was tried gives readable text.

    Args:
        source: the file's name.
        tried: the encodings tried, in order.
    """

    code = "undecodable"

    def __init__(self, source: str, tried: tuple[str, ...] = ()) -> None:
        super().__init__(source, "no encoding gives readable Chinese text" + (f" (tried {', '.join(tried)})" if tried else ""))
        self.args = (source, tried)
        self.tried = tried


class Encrypted(ReadError):
    """The file is protected by a password."""

    code = "encrypted"


class EmptyDocument(ReadError):
    """The file holds no text."""

    code = "empty_document"


class TooLarge(ReadError):
    """The file is larger than the limit, or unpacks to more than the limit."""

    code = "too_large"


class NumeralError(UnionNLPError):
    """A string that is no numeral, or one that stands for no single value.

    Args:
        text: the string as given.
        position: index of the first character that does not fit.
        reason: why.
    """

    code = "numeral"

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(text, position, reason)
        self.text = text
        self.position = position
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.text!r}, character {self.position}: {self.reason}"


class LexiconError(UnionNLPError):
    """A table in ``data/`` that breaks its own rules.

    Args:
        file: the name of the table's file.
        line: the line, from 1.
        reason: what is wrong there.
    """

    code = "lexicon"

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(file, line, reason)
        self.file = file
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


class InputError(UnionNLPError):
    """What was asked for cannot be scanned: no such folder, or nothing in it.

    Args:
        source: the folder or file.
        reason: what is wrong with it.
        code: finer than the class: "no_such_folder", "empty_folder".
    """

    code = "input"

    def __init__(self, source: str, reason: str, code: str = "input") -> None:
        super().__init__(source, reason, code)
        self.source = source
        self.reason = reason
        self.code = code

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


class WorkspaceError(UnionNLPError):
    """A workspace that cannot be opened, read or written.

    Args:
        folder: the workspace, or an index.
        reason: what is wrong with it.
        code: finer than the class: "workspace_missing", "workspace_format", "workspace_unwritable" …
    """

    code = "workspace"

    def __init__(self, folder: str, reason: str, code: str = "workspace") -> None:
        super().__init__(folder, reason, code)
        self.folder = folder
        self.reason = reason
        self.code = code

    def __str__(self) -> str:
        return f"{self.folder}: {self.reason}"


class EngineError(UnionNLPError):
    """The cluster that was to do the work cannot be used, or failed in the middle of it.

    Args:
        engine: what was asked for: the address of its master, or the name of the engine.
        reason: what is wrong, in English.
        code: finer than the class: "engine_no_java", "engine_no_master", "engine_no_workers" …
    """

    code = "engine"

    def __init__(self, engine: str, reason: str, code: str = "engine") -> None:
        super().__init__(engine, reason, code)
        self.engine = engine
        self.reason = reason
        self.code = code

    def __str__(self) -> str:
        return f"{self.engine}: {self.reason}"


class MissingExtra(UnionNLPError):
    """An optional part is not installed.

    Args:
        extra: the name of the extra in pyproject.toml, such as "ocr".
        purpose: what it is needed for.
    """

    code = "missing_extra"

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(extra, purpose)
        self.extra = extra
        self.purpose = purpose

    def __str__(self) -> str:
        return f"{self.purpose} needs an optional part: pip install 'unionnlp[{self.extra}]'"
