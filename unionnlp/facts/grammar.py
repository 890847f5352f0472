"""The grammar of quantities: small named patterns, put together from tables and compiled once.

Words are rows: a classifier, an approximator, a money unit or an exclusion is added to its table in ``data/lexicon`` with
an example and a counterexample, and nothing else. Here stands only how the words go together.

One pass: a cheap look for a character with which a figure or, by one more character, an exclusion can begin, the exclusions
that begin with it (titles, slogans, dates, ordinals), a look at what stands behind the numeral (most are no figures: 统一, 进一步), then the
patterns in the order of the fields of ``Grammar``: shares, masks, ranges, figures that share a unit, single figures,
figures without a unit. The first that reads a quantity wins. What begins like a numeral and fits none is skipped whole,
so that no tail of it is read (2008 never gives 008).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial

import regex

from ..lexicon import Row, load_table
from .numerals import signs
from .openings import seconds
from .patterns import Pattern
from .patterns import compiled as by_table
from .sieve import Sieve

__all__ = ["Behind", "Classifier", "Grammar", "LostSign", "Unit", "grammar"]

_GAP = "[ \u3000]?"
"""A blank inside a quantity: 300 人, ３　万元."""

_CLOSES = r"(?=[的，,。；;：:、）)！!\s]|$)"
"""The end of a phrase."""

_HAN = "\u4e00-\u9fff"

_ARABIC = r"(?:\d{1,3}(?>(?:,\d{3})+)(?!\d)(?:\.\d{1,12}+)?|\d{1,24}+(?:\.\d{1,12}+)?)"
"""1,100; 11.02. Longer ones are no figures of a report (and a bound keeps hostile runs cheap)."""

_GROUPED = rf"(?:(?<=[{_HAN}])\d{{1,3}}(?:(?>(?: \d{{3}})+)|(?>(?:，\d{{3}})+))|\d{{1,3}} 0\d\d(?>(?: \d{{3}})*))(?![\d.,，])"
"""2 300, 1，100: groups parted by a blank or a full-width comma, only when glued to the word before them or when a group
begins with 0 (10 000); else, behind a blank or at the start of a line, they are columns."""


_BRIDGE = "共达为计约近了超过至到总额合累由从"
"""What may stand between a word and the figure that it explains: 慰问金合计达5万."""

_BRACKETED = "[（(][ \u3000_＿]{1,8}[）)]"
"""A blank to be filled in: （  ）人."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A canonical unit; how many of it one of the surface is (角 is 0.1 元); what more its row says of its kind."""

    unit: str
    factor: Decimal
    kind: str


@dataclass(frozen=True, slots=True)
class Classifier:
    """A counting word: its canonical unit, its kind, and whether a small Chinese numeral may stand before it."""

    surface: str
    unit: str
    kind: str
    small: str


@dataclass(frozen=True, slots=True)
class Behind:
    """Words looked for just before a figure: the pattern ends in ``$``, and ``ends`` has the last characters that it can have."""

    pattern: re.Pattern[str]
    ends: frozenset[str]

    def match(self, text: str, at: int, far: int) -> re.Match[str] | None:
        """The words that end at ``at``, of at most ``far`` characters."""
        if at and text[at - 1] in self.ends:
            return self.pattern.search(text, max(0, at - far), at)
        return None


@dataclass(frozen=True, slots=True)
class LostSign:
    """Words on both sides of a bare figure that make it a rate whose sign was lost."""

    before: re.Pattern[str]
    after: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled tables; the patterns in the order in which they are tried."""

    start: re.Pattern[str]
    excluded: dict[str, Pattern]
    promising: re.Pattern[str]
    share: re.Pattern[str]
    slash: re.Pattern[str]
    word: re.Pattern[str]
    tenths: re.Pattern[str]
    masked: re.Pattern[str]
    grouped: re.Pattern[str]
    joined: re.Pattern[str]
    between: re.Pattern[str]
    range: re.Pattern[str]
    shared: re.Pattern[str]
    single: re.Pattern[str]
    doubt: re.Pattern[str]
    bare: re.Pattern[str]
    chain: re.Pattern[str]
    skipped: re.Pattern[str]

    numeral: re.Pattern[str]
    other_opens: frozenset[str]
    reach: int
    coins: dict[str, re.Pattern[str]]
    before: Behind
    before_place: Behind
    price: Behind
    implied: re.Pattern[str]
    counting_word: re.Pattern[str]
    counting_clause: re.Pattern[str]
    denied: re.Pattern[str]
    counted_noun: re.Pattern[str]
    respectively: re.Pattern[str]

    blanks: Sieve[tuple[regex.Pattern[str], str]]
    lost_signs: tuple[LostSign, ...]
    units: dict[str, Unit]
    prices: dict[str, str]
    implied_units: dict[str, str]
    classifiers: dict[str, Classifier]
    counted: dict[str, Unit]
    bounds: dict[tuple[str, str], str]
    minus: dict[str, str]
    bare_places: frozenset[str]
    indefinite: frozenset[str]
    shares: dict[str, Decimal]


def _words(words: Iterable[str]) -> str:
    """An alternation of literal words, longest first."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def _last(words: Iterable[str]) -> frozenset[str]:
    """The last characters of words that a blank may follow."""
    return frozenset(word[-1] for word in words) | {" ", "\u3000"}


def _guarded(rows: Iterable[Row]) -> str:
    """An alternation of surfaces, each with the pattern of what may follow it; one look at the first character saves most tries."""
    ordered = sorted(rows, key=lambda row: -len(row["surface"]))
    opens = "".join(sorted({re.escape(row["surface"][0]) for row in ordered}))
    return f"(?=[{opens}])(?:{'|'.join(re.escape(row['surface']) + row['after'] for row in ordered)})"


@dataclass(frozen=True, slots=True)
class _Numerals:
    """Patterns of numerals in running text."""

    numeral: str
    chinese: str
    opens: str


def _numerals(not_places: Iterable[str]) -> _Numerals:
    """3万4000, 20多万, 2亿3千万, 1万零5百; 一百二十多万, 三十二点五, 一点二亿; 百余.

    A figure, then up to twelve places, each with the figure behind it. ``not_places`` are units that begin with the sign
    of a place (百分点, 千克).
    """
    table = signs()
    digits, points, vague = ("".join(sorted(x)) for x in (table.digits, table.points, table.vague))
    places = "".join(sorted(table.places))
    decimals = rf"[{points}][{digits}]{{1,12}}+(?![十拾])"  # 八点三十 is a time
    words = rf"[{digits}]{{1,16}}+(?:{decimals})?"
    place = rf"{_GAP}(?>(?:(?!{_words(not_places)})[{places}]){{1,4}})"
    later = rf"(?:零?{_ARABIC}|{words}|{decimals})?"
    step = rf"(?:[{vague}]?{place}{later})"
    shorthand = rf"[{''.join(table.shorthands)}][{digits}]?"
    return _Numerals(
        numeral=rf"(?:(?:{_ARABIC}|{words}|{shorthand})(?>{step}{{0,12}})|(?>{step}{{1,12}}))",
        chinese=rf"[{digits}{places}{''.join(table.shorthands)}]",
        opens=f"0-9{digits}{places}{''.join(table.shorthands)}",
    )


def _start(opens: str, excluded: Iterable[Row]) -> re.Pattern[str]:
    """The characters of a set, with which figures begin, and those with which exclusions do, before one that may follow (各两名, not 各级)."""
    rows, figures = list(excluded), re.compile(f"[{opens}]")
    before: dict[frozenset[str] | None, set[str]] = {}
    for char in {char for row in rows for char in row["opens"] if figures.match(char) is None}:
        known = [seconds(row["pattern"], char) for row in rows if char in row["opens"]]
        following = frozenset(second for told in known if told is not None for second in told)
        before.setdefault(None if None in known else following, set()).add(char)
    others = {following: "".join(sorted(map(re.escape, chars))) for following, chars in before.items()}
    looks = [f"(?<=[{chars}])" + (f"(?=[{''.join(sorted(map(re.escape, following)))}])" if following is not None else "") for following, chars in others.items()]
    # re: its big character sets are 20 times as fast as those of regex
    return re.compile(rf"[{opens}{''.join(others.values())}](?:{'|'.join([f'(?<=[{opens}])', *looks])})")


@cache
def grammar() -> Grammar:
    """The grammar, compiled once."""
    classifier_rows = load_table("classifiers", ("surface", "unit", "kind", "after", "small", "example", "counterexample", "source"))
    money_rows = load_table("money_units", ("surface", "unit", "factor", "coins", "after", "example", "counterexample", "source"))
    rate_rows = load_table("rate_units", ("surface", "unit", "factor", "kind", "after", "example", "counterexample", "source"))
    approximators = load_table("approximators", ("surface", "place", "bound", "not_after", "example", "counterexample", "source"))
    excluded = load_table("not_quantities", ("id", "opens", "pattern", "example", "counterexample", "source"))
    compiled = partial(re.compile, flags=re.ASCII)  # the digits of other scripts are no figures here

    cents = [row for row in money_rows if row["coins"] == "part"]
    tenths = [row for row in money_rows if row["coins"] == "cents"]
    money_rows = tuple(row for row in money_rows if row["coins"] != "part")
    rates = [row for row in rate_rows if row["kind"] == "unit"]
    tenth_rates = [row for row in rate_rows if row["kind"] != "unit"]
    unit_rows = [*rates, *money_rows, *classifier_rows]
    table = signs()
    numerals = _numerals(row["surface"] for row in unit_rows if row["surface"][0] in table.places)
    numeral = numerals.numeral

    def approximator(*places: str) -> str:
        """Approximators of these places, longest first, each not behind the characters that make another word of it."""
        rows = sorted((row for row in approximators if row["place"] in places), key=lambda row: -len(row["surface"]))
        return "|".join((f"(?<![{row['not_after']}])" if row["not_after"] else "") + re.escape(row["surface"]) for row in rows)

    def ends(*places: str) -> frozenset[str]:
        return _last(row["surface"] for row in approximators if row["place"] in places)

    unit = rf"(?:(?P<rate>{_guarded(rates)})|(?P<money>{_guarded(money_rows)})|(?P<classifier>{_guarded(classifier_rows)}))"
    any_unit = f"(?:{'|'.join(map(_guarded, (rates, money_rows, classifier_rows)))})"
    first_unit = f"(?=[{''.join(sorted({re.escape(row['surface'][0]) for row in unit_rows}))}])(?:{_words(row['surface'] for row in unit_rows)})"
    inner, after = f"(?:{approximator('inner')})", f"(?P<after>{approximator('after')})?"
    outer = rf"(?P<outer>(?:{approximator('outer')}){_CLOSES})?"
    tail = rf"(?P<inner>{inner})?{_GAP}{unit}{outer}{after}"
    share_tail = rf"(?P<share>{approximator('share')})?{after}"
    dash, listed = rf"{_GAP}(?:{_words(_signs('range'))}){_GAP}", rf"(?:{_words(_signs('list'))})"
    low = rf"(?P<low>{numeral}){inner}?{_GAP}(?P<low_unit>{first_unit})?"
    digit = f"[{''.join(d for d in table.digits if table.digits[d] != '0')}]"
    tenth = rf"(?:{digit}|十|\d{{1,2}}(?:\.\d)?(?!\d))"
    masks = "".join(map(re.escape, _signs("mask")))
    counting = load_table("counting_words", ("word", "role", "example", "source"))
    counts, denies, often = (_words(row["word"] for row in counting if row["role"] == role) for role in ("counts", "denies", "frequency"))
    blanks = load_table("blanks", ("id", "pattern", "unit", "example", "counterexample", "source"))
    lost = load_table("lost_signs", ("id", "before", "after", "example", "counterexample", "source"))
    prices = load_table("money_signs", ("surface", "unit", "example", "source"))
    implied = load_table("implied_units", ("word", "unit", "example", "source"))
    share_words = load_table("share_words", ("word", "points", "example", "source"))
    halves = _words(row["word"] for row in share_words)
    large = "".join(sign for sign, place in table.places.items() if place >= 10_000)
    joins = [*_signs("range"), *_signs("list"), "分之", "/"]
    follow = "".join(re.escape(char) for char in sorted({word[0] for word in (*joins, *(row["surface"] for row in (*rate_rows, *money_rows, *classifier_rows)))}))
    return Grammar(
        start=_start(f"{numerals.opens}{masks}{''.join(row['word'][0] for row in share_words)}（(", excluded),
        excluded={
            char: by_table("|".join(f"(?:{row['pattern']})" for row in excluded if char in row["opens"]), ascii_only=True)
            for char in sorted({char for row in excluded for char in row["opens"]})
        },
        # a numeral before what can make it a quantity; 万 and 亿 may close one
        promising=compiled(rf"[0-9{masks}]|{_BRACKETED}|{halves}|{numeral}(?:(?<=[{large}])|{inner}{_CLOSES}|{inner}?{_GAP}[{follow}])"),
        # 百分之九十点五, 三分之一, 百分之八十到九十, 百分之八十至百分之九十
        share=compiled(
            rf"(?P<whole>[{''.join(table.places)}]|{numerals.chinese}{{1,4}}){_GAP}分之{_GAP}(?P<low>{numeral})"
            rf"(?:{dash}(?:(?P=whole)分之)?(?P<high>{numeral})(?!{_GAP}{any_unit}))?{share_tail}"
        ),
        # 近1/4, not 3/5/2008
        slash=compiled(rf"(?<![\d/.])(?P<upper>\d)/(?P<lower>[2-9]|10)(?![\d/年月页号]){after}"),
        # 近一半, 半数以上
        word=compiled(rf"(?P<word>{halves}){after}"),
        # 超四成, 八成三, 八成半, 七八成, 7、8成, 三到五成, 三成到五成; 八折, 七五折
        tenths=compiled(
            rf"(?P<low>{tenth})(?:成?(?:{dash}|、)(?P<high>{tenth})|(?P<second>{digit}))?(?P<rate>{_guarded(tenth_rates)})"
            rf"(?P<rest>(?:(?!一){digit}|半)(?!{_GAP}{any_unit})|一{_CLOSES})?{share_tail}"
        ),
        # ××家, xx万元, （  ）人
        masked=compiled(rf"(?:[{masks}]{{1,6}}|(?P<blank>{_BRACKETED})){_GAP}{inner}?[{''.join(table.places)}]{{0,2}}{inner}?{_GAP}{unit}"),
        # 职工2 300人, 职工1，100人
        grouped=compiled(rf"(?P<numeral>{_GROUPED}){tail}"),
        # two figures beside each other: what the next three have in common
        joined=compiled(rf"{low}(?:{dash}|{listed})(?={numeral})"),
        # 在85%和90%之间
        between=compiled(rf"{low}{listed}(?P<high>{numeral}){tail}(?=之间)"),
        # 5—6万家, 500元至1000元, 20余至30余人, 85%~90%
        range=compiled(rf"{low}{dash}(?P<high>{numeral}){tail}"),
        # 702、541、542票, 3.8和3.6个百分点, 三、五和八人
        shared=compiled(rf"(?P<first>{numeral}(?>(?:{listed}{numeral}){{1,30}})){tail}"),
        # 80余人次, 11.02万元, 三十八名
        single=compiled(rf"(?P<numeral>{numeral}){tail}"),
        # what a share, a pair or a list of figures has behind its first numeral; where it is missing, only the three patterns that follow a
        # numeral with no other (``single``, ``grouped``, ``bare``) can match
        doubt=re.compile(rf"[{''.join(sorted({re.escape(word[0]) for word in (*joins, *(row['surface'] for row in tenth_rates))}))}]"),
        # 组建率达到100，; ￥300; 发放慰问金5万，
        bare=compiled(rf"(?P<numeral>{numeral})(?P<inner>{inner})?{after}"),
        # of a list that no unit closes all but the last figure, so that its links are not tried one by one
        chain=compiled(rf"(?>(?:{numeral}{listed}(?={numeral})){{2,30}})"),
        # what no pattern reads, and single signs
        skipped=compiled(rf"(?>(?:[\d,.，]++|{numerals.chinese}++|[{''.join(table.points)}](?={numerals.chinese})|{inner})+)|[\s\S]"),
        numeral=compiled(numeral),
        other_opens=frozenset([*(row["word"][0] for row in share_words), *_signs("mask"), *"（("]),
        reach=max(len(row["surface"]) for row in unit_rows) + max(len(row["surface"]) for row in approximators if row["place"] == "inner") + 3,
        # 123元1角1分; 3块5, 3块五毛
        coins={
            "named": compiled(rf"(?:(?P<tenths>{tenth}){_guarded(tenths)})?(?:(?P<cents>{tenth}){_guarded(cents)})?(?:[整正]{_CLOSES})?"),
            "cents": compiled(rf"(?P<cents>{tenth})(?:{_guarded(cents)}|{_CLOSES})"),
            "loose": compiled(rf"(?P<tenths>{tenth})(?:{_guarded(tenths)})?(?:(?P<cents>{tenth}){_guarded(cents)})?"),
        },
        before=Behind(compiled(rf"(?P<word>{approximator('before')}){_GAP}$"), ends("before")),
        before_place=Behind(compiled(rf"(?P<word>{approximator('before', 'before_place')}){_GAP}$"), ends("before", "before_place")),
        price=Behind(compiled(rf"(?P<word>{_words(row['surface'] for row in prices)}){_GAP}$"), _last(row["surface"] for row in prices)),
        implied=compiled(rf"(?P<word>{_words(row['word'] for row in implied)})[{_BRIDGE}]{{0,3}}$"),
        counting_word=compiled(rf"(?:{counts})了?$"),
        counting_clause=compiled(rf"(?:{counts})[^，,。；;：:、\n]{{0,12}}$"),
        denied=compiled(rf"(?:{denies})$|(?:{often})[^，,。；;：:\n]{{0,12}}$"),
        counted_noun=compiled(rf"(?:{_words(row['noun'] for row in load_table('counted_nouns', ('noun', 'example', 'source')))})"),
        respectively=compiled(rf"(?:{_words(_signs('respectively'))})[^，,。；;：:\n]{{0,12}}$"),
        # regex: it looks for what may begin anywhere five times as fast as re
        blanks=Sieve([(regex.compile(row["pattern"], flags=regex.ASCII), row["unit"]) for row in blanks], lambda row: row[0].pattern),
        lost_signs=tuple(LostSign(compiled(row["before"]), compiled(row["after"], flags=re.ASCII | re.MULTILINE)) for row in lost),
        units={row["surface"]: Unit(row["unit"], Decimal(row["factor"]), row["kind"]) for row in rate_rows}
        | {row["surface"]: Unit(row["unit"], Decimal(row["factor"]), row["coins"]) for row in money_rows},
        implied_units={row["word"]: row["unit"] for row in implied},
        prices={row["surface"]: row["unit"] for row in prices},
        classifiers={row["surface"]: Classifier(row["surface"], row["unit"], row["kind"], row["small"]) for row in classifier_rows},
        counted={row["surface"]: Unit(row["unit"], Decimal(1), row["kind"]) for row in classifier_rows},
        bounds={(row["place"], row["surface"]): row["bound"] for row in approximators},
        minus=table.minus,
        bare_places=frozenset(sign for sign, value in table.places.items() if value > 10),
        indefinite=frozenset(_signs("indefinite")),
        shares={row["word"]: Decimal(row["points"]) for row in share_words},
    )


def _signs(role: str) -> list[str]:
    return [row["sign"] for row in load_table("numeral_signs", ("sign", "role", "value", "only_behind", "example", "source")) if row["role"] == role]
