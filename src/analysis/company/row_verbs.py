"""The rules of a part's rows as Ibis expressions on the table as it stands; each engine can run them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis

from analysis.company import text_times
from analysis.company.row_rules import FIRST_OF_MONTH, MINOR, Matches, RowRules
from analysis.core.calendar_days import SECONDS_PER_DAY, date_from_days, day_number

LEFT = "left__"
"""Name of the column that holds why a row is left out before it is read; null: it is read."""

ZERO_DECIMALS = (
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf",
)  # fmt: skip
"""Currencies whose amounts Stripe and others write in whole units (docs.stripe.com/currencies, zero-decimal currencies)."""
THREE_DECIMALS = ("bhd", "jod", "kwd", "omr", "tnd")

MONTHS = {"day": 12 / 365.25, "week": 12 * 7 / 365.25, "month": 1.0, "quarter": 3.0, "year": 12.0}
"""Months of a billing interval; a year has 365.25 days."""
_ENDINGS = {"day": ("days", "daily"), "week": ("weeks", "weekly"), "month": ("months", "monthly"),
            "quarter": ("quarters", "quarterly"), "year": ("years", "yearly", "annual", "annually")}  # fmt: skip


def plain(value: Any) -> Any:
    """Any column as a text that can be compared: small letters, no blanks round it, empty for nothing."""
    return value.cast("string").re_replace("^[ \t\r\n]+|[ \t\r\n]+$", "").lower().fill_null("")


def matching(value: Any, wanted: tuple[str, ...]) -> Any:
    """Whether a column's value is one of `wanted`; see `row_rules.Matches`."""
    text = plain(value)
    whole = [item.strip().lower() for item in wanted if not item.endswith("*")]
    stems = [item[:-1].lower() for item in wanted if item.endswith("*")]
    conditions = [text.isin(whole)] if whole else []
    conditions += [(text != "") & text.startswith(stem) if stem else text != "" for stem in stems]
    return reduce(or_, conditions)


def reasons(table: Any, rules: RowRules, order: tuple[str, ...], source: str, currency: str) -> tuple[list[Any], Any]:
    """Conditions with the reason for which a row is left out, first rule first, and the table with what they need.

    Parameters
    ----------
    table : ibis Table
        Their columns.
    order : tuple of str
        Columns that give the rows their order.
    source : str
        Column that says which file a row is of, so that an order exported twice is not taken for a line; "" without.
    currency : str
        The company's; "" if it is not said.
    """
    found = []
    if rules.first_of:
        key = plain(table[rules.first_of])
        groups = [key, table[source]] if source else [key]
        window = ibis.window(group_by=groups, order_by=[table[c] for c in order])
        table = table.mutate(nth__=ibis.row_number().over(window))
        further = (table["nth__"] > 0) & (plain(table[rules.first_of]) != "")
        found.append((further, f"further line of the same {rules.first_of!r}; what counts stands on the first"))
    for theirs, at in rules.last_of.items():
        latest = ibis.desc(table[at], nulls_first=False)
        ties = [table[c] for c in order if c != at]  # named twice, a column would be taken as it is named last
        window = ibis.window(group_by=plain(table[theirs]), order_by=[latest, *ties])
        table = table.mutate(version__=ibis.row_number().over(window))
        earlier = (table["version__"] > 0) & (plain(table[theirs]) != "")
        found.append((earlier, f"earlier version of the same {theirs!r}; the one with the latest {at!r} counts"))
    for theirs, wanted in rules.drop.items():
        for item in wanted:
            said = "is not empty" if item == "*" else "is empty" if item == "" else f"is {item}"
            found.append((matching(table[theirs], (item,)), f"{theirs!r} {said}"))
    for theirs, wanted in rules.keep.items():
        said = "is empty" if wanted == ("*",) else f"is none of {', '.join(wanted)}"
        found.append((~matching(table[theirs], wanted), f"{theirs!r} {said}"))
    if rules.currency and currency:
        other = ~matching(table[rules.currency], (currency, ""))
        found.append((other, f"in another currency than {currency} ({rules.currency!r})"))
    return found, table


def inside(value: Any, keys: list[str]) -> Any:
    """What stands under keys of a column that holds JSON, or a structure of the engine, as text; null for nothing."""
    if value.type().is_struct():
        for key in keys:
            value = value[key] if key in value.type().names else ibis.null("string")
            if not value.type().is_struct():
                break
        return value.cast("string")
    text = value.cast("string")
    held = text.re_search("^[ ]*[{]").ifelse(text, "{}").cast("json")
    for key in keys:
        held = held[key]
    return held.cast("string").re_replace('^"|"$', "").nullif("null")


def flag(table: Any, matches: Matches) -> Any:
    """True where all columns match, null where one is empty."""
    conditions = [matching(table[theirs], wanted) for theirs, wanted in matches.items()]
    known = [plain(table[theirs]) != "" for theirs in matches]
    return reduce(and_, known).ifelse(reduce(and_, conditions), ibis.null("boolean")).cast("string")


def turned(text: Any, maps: Mapping[str, str]) -> Any:
    """Their values to ours; capitals matter only where two of theirs differ in nothing else."""
    exact = [(text == theirs, ours) for theirs, ours in maps.items()]
    plainly = [(text.lower() == theirs.lower(), ours) for theirs, ours in maps.items()]
    return ibis.cases(*exact, *plainly, else_=text)


def tag(value: Any, mark: str, named: tuple[str, ...]) -> Any:
    """The first of the named tags that stands among a value's tags; without one, the value as it is."""
    text = value.cast("string").fill_null("").re_replace(f"[ ]*[{mark}][ ]*", mark)
    around = ibis.literal(mark) + text.lower() + mark
    cases = [(around.contains(f"{mark}{name.lower()}{mark}"), name) for name in named]
    return ibis.cases(*cases, else_=value.cast("string")) if cases else value


def clocked(value: Any, clock: str) -> Any:
    """A time by one of `row_rules.CLOCKS` as text that carries its offset; what is written otherwise stays."""
    if clock.startswith("%"):
        return _by_format(value.cast("string"), clock)
    if clock == FIRST_OF_MONTH:
        text = value.cast("string")
        iso, dotted = "^[ ]*([0-9]{4}-[0-9]{2})-[0-9]{2}", "^[ ]*[0-9]{1,2}[.]([0-9]{1,2}[.][0-9]{4})"
        return ibis.cases(
            (text.re_search(iso), text.re_extract(iso, 1) + "-01"),
            (text.re_search(dotted), ibis.literal("01.") + text.re_extract(dotted, 1)),
            else_=text,
        )
    if clock == "UTC":
        if not value.type().is_string():
            return value
        bare = value.re_search("[0-9]:[0-9]{2}") & ~value.re_search("[0-9]:[0-9]{2}.*(Z|UTC|[+-][0-9]{2}:?[0-9]{0,2})$")
        return bare.ifelse(value + "Z", value)
    seconds = value.cast("string").re_extract("^[ ]*([0-9]{9,14})(?:[.]0*)?[ ]*$", 1).nullif("").cast("int64")
    if clock == "epoch milliseconds":
        seconds = (seconds // 1000).cast("int64")
    # By arithmetic: PostgreSQL lacks Ibis's step from seconds to a time.
    days = (seconds // SECONDS_PER_DAY).cast("int64")
    year, month, day = date_from_days(days + EPOCH)
    rest = seconds - days * SECONDS_PER_DAY
    hour, minute, second = rest // 3600, rest // 60 % 60, rest % 60
    text = _digits(year, 4) + "-" + _digits(month, 2) + "-" + _digits(day, 2) + "T"
    text = text + _digits(hour, 2) + ":" + _digits(minute, 2) + ":" + _digits(second, 2) + "Z"
    return clocked(value, "UTC") if value.type().is_timestamp() else ibis.coalesce(text, value.cast("string"))


EPOCH = day_number(datetime.date(1970, 1, 1))


def _digits(number: Any, n: int) -> Any:
    """A whole number as text with at least so many digits."""
    return number.cast("int64").cast("string").lpad(n, "0")


def _by_format(text: Any, date_format: str) -> Any:
    """Times in a format of their own as ISO texts; what is not in it stays, to be read or refused as it is."""
    form = text_times.named_form(date_format)
    parts = text_times.raw_parts(text, form)
    known = parts["d"].notnull()

    def two(value: Any) -> Any:
        return _digits(value.fill_null(0), 2)

    hour = parts["h"].fill_null(0)
    half = parts["p"].fill_null(0)
    hour = ibis.cases((half == 1, hour % 12), (half == 2, hour % 12 + 12), else_=hour)
    day = _digits(parts["y"].fill_null(0), 4) + "-" + two(parts["mo"]) + "-" + two(parts["d"])
    clock = two(hour) + ":" + two(parts["mi"]) + ":" + two(parts["s"])
    return known.ifelse(day + " " + clock, text)


def pointed(value: Any, decimal: str) -> Any:
    """Numbers with this decimal mark as texts with a point and no thousands."""
    if not value.type().is_string() or decimal == ".":
        return value
    return value.re_search("^[^A-Za-z]*$").ifelse(value.replace(".", "").replace(",", "."), value)


def scale_of(factor: float | str, currency: Any, company: str) -> Any:
    """The factor of a number in [rows.PART.scale] as a number column or number.

    Parameters
    ----------
    currency : expression
        Text of the row's currency; None where no column names it: then the company's counts.
    """
    if factor != MINOR:
        return float(factor)
    if currency is None:
        code = company.lower()
        return 1.0 if code in ZERO_DECIMALS else 0.001 if code in THREE_DECIMALS else 0.01
    code = plain(currency)
    return ibis.cases((code.isin(ZERO_DECIMALS), 1.0), (code.isin(THREE_DECIMALS), 0.001), else_=0.01)


def months_of(interval: Any, count: Any = None) -> Any:
    """Months of a billing interval; null where it is not known."""
    text = plain(interval)
    cases = [(text.isin([name, *_ENDINGS[name]]), months) for name, months in MONTHS.items()]
    months = ibis.cases(*cases, else_=ibis.null("float64"))
    if count is None:
        return months
    number = plain(count).re_extract("^([0-9]+)([.]0*)?$", 1).nullif("").cast("float64")
    return months * number.fill_null(1.0)
