"""unionnlp: reads the work reports of Chinese trade unions.

What does a report say (sections, tokens, themes), what does it count (numeric facts with their place), does it add up
(the audit), and was it written or copied (near-duplicates and copied passages).

    >>> import unionnlp as un
    >>> report, = un.parse("云溪县总工会2019年工作总结\\n一、帮扶\\n走访慰问困难女工80余人次，发放慰问金7万余元。")
    >>> [(fact.quote, fact.indicator) for fact in un.extract_facts(report)]
    [('80余人次', '慰问人次'), ('7万余元', '慰问金')]

Importing this package loads nothing heavy: every name below is fetched from its module when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .across.audit import audit as audit
    from .across.audit import audit_across as audit_across
    from .across.totals import totals as totals
    from .duplicates.find import compare as compare
    from .duplicates.find import find_duplicates as find_duplicates
    from .duplicates.index import DuplicateIndex as DuplicateIndex
    from .duplicates.minhash import MinHasher as MinHasher
    from .facts.extract import extract_facts as extract_facts
    from .facts.numerals import parse_numeral as parse_numeral
    from .facts.quantities import find_quantities as find_quantities
    from .language.concepts import concepts as concepts
    from .language.keywords import concordance as concordance
    from .language.keywords import keywords as keywords
    from .language.segmentation import segment as segment
    from .language.terms import discover_terms as discover_terms
    from .reading.read import read as read
    from .reading.read import read_all as read_all
    from .scanning.analyze import analyze as analyze
    from .scanning.local import scan as scan
    from .scanning.results import Scan as Scan
    from .scanning.workspace import open_workspace as open_workspace
    from .structure.normalize import repairs as repairs
    from .structure.parse import parse as parse
    from .themes.hidden import theme_spans as theme_spans
    from .themes.model import ThemeModel as ThemeModel
    from .themes.model import classify as classify
    from .themes.model import classify_many as classify_many

_HOMES = {
    # in the order in which the data flows
    "read": "reading.read",
    "read_all": "reading.read",
    "repairs": "structure.normalize",
    "parse": "structure.parse",
    "segment": "language.segmentation",
    "concepts": "language.concepts",
    "keywords": "language.keywords",
    "concordance": "language.keywords",
    "discover_terms": "language.terms",
    "parse_numeral": "facts.numerals",
    "find_quantities": "facts.quantities",
    "extract_facts": "facts.extract",
    "classify": "themes.model",
    "classify_many": "themes.model",
    "ThemeModel": "themes.model",
    "theme_spans": "themes.hidden",
    "audit": "across.audit",
    "MinHasher": "duplicates.minhash",
    "DuplicateIndex": "duplicates.index",
    "find_duplicates": "duplicates.find",
    "compare": "duplicates.find",
    "audit_across": "across.audit",
    "totals": "across.totals",
    "analyze": "scanning.analyze",
    "scan": "scanning.local",
    "open_workspace": "scanning.workspace",
    "Scan": "scanning.results",
    # nouns and errors
    **dict.fromkeys(("Document", "Table", "Report", "Section", "Token", "Tokens", "Quantity", "Fact", "Facts", "ThemeLabel"), "records"),
    **dict.fromkeys(("Finding", "Findings", "Match", "Matches", "Passage", "Comparison", "Analysis", "Repair"), "records"),
    **dict.fromkeys(("Span", "OffsetMap"), "spans"),
    **dict.fromkeys(("UnionNLPError", "ReadError", "UnsupportedFormat", "Undecodable", "Encrypted", "EmptyDocument", "TooLarge"), "errors"),
    **dict.fromkeys(("NumeralError", "LexiconError", "InputError", "WorkspaceError", "MissingExtra"), "errors"),
}

__all__ = list(_HOMES)

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
