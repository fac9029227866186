"""What a text column as a whole tells about how it is written: decimal mark, order of day and month, currency sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.company import text_numbers, text_times
from analysis.company.schemas import TableSpec
from analysis.company.settings import Settings
from analysis.company.text_times import FORMS, Form
from analysis.core.errors import UserMistake
from analysis.core.wording import counted

READABLE_SHARE = 0.5
"""If more than this share of a required column's values cannot be read, the way of reading is wrong, not the values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFormat:
    """How the text columns of a table are read.

    Attributes
    ----------
    decimals : mapping
        Number column to its decimal mark.
    signs : mapping
        Number column to the currency signs and codes that are accepted beside the number.
    forms : mapping
        Time column to the forms that occur in it.
    offsets : frozenset of str
        Time columns in which some values carry an offset from UTC.
    notes : tuple of str
    """

    decimals: Mapping[str, str]
    signs: Mapping[str, tuple[str, ...]]
    forms: Mapping[str, tuple[Form, ...]]
    offsets: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def profile(
    table: Any, spec: TableSpec, settings: Settings, place: str, plain: frozenset[str] = frozenset()
) -> TextFormat:
    """Look at all text columns of a table that hold numbers or times, in one pass.

    Parameters
    ----------
    table : ibis Table
        Texts trimmed, missing ones null; columns of other types are not looked at.
    plain : frozenset of str
        Columns of which it is known already that they are read as they stand.

    Raises
    ------
    UserMistake
        If a column does not tell how it is written, or cannot be read that way.
    """
    texts = {n for n in spec.columns if n in table.columns and n not in plain and table[n].type().is_string()}
    numbers = [n for n in spec.columns if n in texts and spec.columns[n].kind in ("number", "whole")]
    times = [n for n in spec.columns if n in texts and spec.columns[n].kind in ("day", "moment")]
    if not numbers and not times:
        return TextFormat(decimals={}, signs={}, forms={})
    counts: dict[str, Any] = {}
    for name in numbers:
        counts |= _number_counts(name, table[name])
    for name in times:
        counts |= _time_counts(name, table[name], settings)
    # A count over nothing but nulls is null, which Spark hands over as NaN.
    found = table.aggregate(**counts).execute().iloc[0].items()
    seen = {key: 0 if value is None or value != value else value for key, value in found}
    decimals = {name: _decimal(name, seen, settings, place) for name in numbers}
    signs = {n: _signs(n, table[n], decimals[n], settings, place) if seen[f"{n}_unit"] else () for n in numbers}
    forms = {name: _forms(name, seen, settings, place) for name in times}
    for name in (*numbers, *times):
        if spec.columns[name].required or name == "unit_price":
            _require_readable(name, seen, settings, place, spec.columns[name].kind)
    offsets = [name for name in times if seen[f"{name}_offset"]]
    zone = settings.timezone or "UTC"
    return TextFormat(
        decimals=decimals,
        signs=signs,
        forms=forms,
        offsets=frozenset(offsets),
        notes=tuple(
            f"{name}: {counted(int(seen[f'{name}_offset']), 'times')} with an offset from UTC, turned to {zone}"
            for name in offsets
        )
        + tuple(
            f"{name}: date_format = {settings.date_format!r} fits {_fits(int(seen[f'{name}_own']), int(seen[f'{name}_n']))}"
            for name in times
            if settings.date_format and seen[f"{name}_own"] < seen[f"{name}_n"]
        ),
    )


def _fits(own: int, n: int) -> str:
    if not own:
        return f"none of its {counted(n, 'times')}; read as they stand"
    return f"{own:,} of its {counted(n, 'times')}; the others are read by their own form where it is known"


def _number_counts(name: str, text: Any) -> dict[str, Any]:
    point, comma = text_numbers.matches(text, "."), text_numbers.matches(text, ",")
    return {
        f"{name}_n": text.count(),
        f"{name}_point": (point & ~comma).sum(),
        f"{name}_comma": (comma & ~point).sum(),
        f"{name}_ambiguous": text_numbers.ambiguous(text).sum(),
        f"{name}_read.": point.sum(),
        f"{name}_read,": comma.sum(),
        f"{name}_unit": text.re_search("[^0-9eE.,+ -]").sum(),
        f"{name}_bad": text.min(where=~(point | comma)),
    }


def _decimal(name: str, seen: Mapping[str, Any], settings: Settings, place: str) -> str:
    if settings.decimal:
        return settings.decimal
    point, comma, ambiguous = (int(seen[f"{name}_{kind}"]) for kind in ("point", "comma", "ambiguous"))
    if comma > point:
        raise UserMistake(
            f"Table {place}, column `{name}`: {comma} values are numbers with a decimal comma and {point} with a decimal "
            'point. Say in company.toml, [data]: decimal = ",".'
        )
    if ambiguous and (comma or not point):
        raise UserMistake(
            f"Table {place}, column `{name}`: {ambiguous} values such as 1,250 or 1.250 could be thousands or decimals, "
            'and the column does not settle it. Say in company.toml, [data]: decimal = "." or decimal = ",".'
        )
    return "."


def _signs(name: str, text: Any, decimal: str, settings: Settings, place: str) -> tuple[str, ...]:
    unit = text_numbers.unit_of(text, decimal)
    seen = sorted(u for u in unit.name("unit").as_table().distinct().order_by("unit").limit(50).execute()["unit"] if u)
    if settings.currency:
        return tuple(u for u in seen if settings.currency in (u, *_codes(u)))
    if len(seen) > 1:
        raise UserMistake(
            f"Table {place}, column `{name}` holds amounts in several currencies ({', '.join(seen[:5])}). Say in "
            "company.toml, [company] `currency`, which one counts; rows in another are left out then."
        )
    return tuple(seen)


def _codes(sign: str) -> tuple[str, ...]:
    return next((codes for known, codes in text_numbers.SIGNS.items() if known.lower() == sign.lower()), ())


def _time_counts(name: str, text: Any, settings: Settings) -> dict[str, Any]:
    is_slashed, first, second = text_times.slashed(text)
    counts = {
        f"{name}_n": text.count(),
        f"{name}_slashed": is_slashed.sum(),
        f"{name}_offset": text_times.carries_offset(text).sum(),
        f"{name}_first": (first > 12).sum(),
        f"{name}_second": (second > 12).sum(),
    }
    known = is_slashed
    for key, form in FORMS.items():
        if "first" not in key:
            counts[f"{name}_{key}"] = text_times.matches(text, form).sum()
            known = known | text_times.matches(text, form)
    if settings.date_format:
        own = text_times.matches(text, text_times.named_form(settings.date_format))
        counts[f"{name}_own"] = own.sum()
        known = known | own
    counts[f"{name}_known"] = known.sum()
    counts[f"{name}_bad"] = text.min(where=~known)
    return counts


def _forms(name: str, seen: Mapping[str, Any], settings: Settings, place: str) -> tuple[Form, ...]:
    """Forms that occur, the company's own first."""
    forms = []
    if settings.date_format and seen[f"{name}_own"]:
        forms.append(text_times.named_form(settings.date_format))
    known = ["iso", "compact", "dotted"]
    if (
        settings.date_format
        and "." in settings.date_format
        and text_times.order_of(settings.date_format) != "day first"
    ):
        known.remove("dotted")  # dots stand between month and day here
    forms += [FORMS[key] for key in known if seen[f"{name}_{key}"]]
    if seen[f"{name}_slashed"]:
        forms.append(FORMS[_order(name, seen, settings, place)])
    return tuple(forms)


def _order(name: str, seen: Mapping[str, Any], settings: Settings, place: str) -> str:
    if settings.date_format:
        return text_times.order_of(settings.date_format)
    day_first, month_first = int(seen[f"{name}_first"]), int(seen[f"{name}_second"])
    if bool(day_first) == bool(month_first):
        which = "some begin with the day and some with the month" if day_first else "none has a number above 12"
        raise UserMistake(
            f"Table {place}, column `{name}`: {int(seen[f'{name}_slashed'])} dates such as 03/04/2024 can be read in two "
            f"ways, and the column does not settle it ({which}). Say in company.toml, [data]: date_format = "
            '"%d/%m/%Y" if the day comes first, "%m/%d/%Y" if the month does.'
        )
    return "day first" if day_first else "month first"


def _require_readable(name: str, seen: Mapping[str, Any], settings: Settings, place: str, kind: str) -> None:
    n = int(seen[f"{name}_n"])
    if kind in ("number", "whole"):
        read = int(seen[f"{name}_read{settings.decimal or '.'}"])
        remedy = 'decimal = "," or decimal = "."'
        what = f"a number with the decimal mark {settings.decimal or '.'!r}"
    else:
        read = int(seen[f"{name}_known"])
        remedy = 'date_format = "%d/%m/%Y %H:%M" (or as the dates are written)'
        what = "a date in a form that is known"
    if n and n - read > READABLE_SHARE * n:
        bad = seen[f"{name}_bad"] or "one with the other decimal mark"
        raise UserMistake(
            f"Table {place}, column `{name}`: {n - read} of {n} values are not {what}, such as {str(bad)[:40]!r}. Look "
            f"whether this is the right column; if it is, say in company.toml, [data]: {remedy}."
        )
