"""The text of company.toml for a company whose exports were recognised."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from analysis.company.choosing import Chosen
from analysis.company.mappings import SECTIONS
from analysis.company.recognising import Seen
from analysis.company.toml_writing import commented, quoted, section, tables_in_comments

_WIDTH = 116


def company_toml(
    name: str, chosen: Chosen, names: Mapping[Path, str], *, end: str = "", where: tuple[str, str] | None = None
) -> str:
    """The text of company.toml.

    Parameters
    ----------
    name : str
        The company's.
    chosen : Chosen
    names : mapping
        File to its name as seen from company.toml.
    end : str
        Last day observed, ISO; empty if it is not known.
    where : tuple of str
        Key and value that say where the tables are; None: files beside company.toml.
    """
    parts = {part: items for part, items in chosen.parts.items() if _speaks(part, items)}
    pieces = [
        _head(name, chosen, end),
        _DATA.replace("[data]\n", f"[data]\n{where[0]} = {quoted(where[1])}\n") if where else _DATA,
    ]
    files = {
        part: (found[0] if len(found) == 1 else found)
        for part, items in parts.items()
        if (found := [names[item.file] for item in items])
    }
    if files:
        pieces.append(
            "# Which file is which table; several files in brackets, or a name with a star.\n"
            + section("tables", files)
        )
    else:
        pieces.append(_TABLES)
    pieces += [_part(part, items) for part, items in parts.items()]
    if not any(item.sections for items in parts.values() for item in items):
        pieces.append(_COLUMNS)
    if chosen.ids:
        walks = [{**walk, "file": _named(walk["file"], names)} for walk in chosen.ids.get("crosswalk", [])]
        ids = {**chosen.ids, **({"crosswalk": walks} if walks else {})}
        pieces.append("".join(f"{_wrapped(line)}\n" for line in chosen.told) + section("ids", ids))
    if chosen.unused:
        lines = [f"{item.file.name}: {why}" for item, why in chosen.unused]
        pieces.append("# Not used\n# --------\n" + "\n".join(map(_wrapped, lines)) + "\n")
    return "\n".join(pieces) + f"\n# The tables\n# ----------\n{tables_in_comments()}\n"


def _named(file: str, names: Mapping[Path, str]) -> str:
    return next((there for path, there in names.items() if path.name == file), file)


def _speaks(part: str, items: tuple[Seen, ...]) -> bool:
    """Whether anything has to be said of a part: not of the one file that is named and laid out like its table."""
    from analysis.company.settings import stem_of

    return len(items) > 1 or bool(items[0].sections) or stem_of(items[0].file).lower() != part


def _wrapped(text: str) -> str:
    return commented("\n".join(textwrap.wrap(" ".join(text.split()), _WIDTH)))


def _head(name: str, chosen: Chosen, end: str) -> str:
    seen = [item for items in chosen.parts.values() for item in items]
    currencies = [item.currency for item in seen if item.currency]
    currency = max(sorted(set(currencies)), key=currencies.count, default="")
    zone = any(item.mapping for item in seen)
    lines = {
        "currency": (f"currency = {quoted(currency)}", "the most frequent one; rows in another are left out")
        if currency
        else ('# currency = "EUR"', "three capitals"),
        "timezone": ('timezone = "UTC"', "whose days count; times with an offset are turned to it: name your own")
        if zone
        else ('# timezone = "Europe/Berlin"', "of times that carry an offset from UTC"),
        "end": (f'end_of_observation = "{end}"', "latest day in all files; whoever is still there then is censored")
        if end
        else (
            '# end_of_observation = "2024-12-31"',
            "last day that the data cover; without it, the latest of all tables",
        ),
    }
    said = "\n".join(f"{line:<38}# {why}" for line, why in lines.values())
    return _HEAD.format(name=quoted(name), said=said)


def _part(part: str, items: tuple[Seen, ...]) -> str:
    first = items[0]
    lines = [f"# {part}\n# {'-' * len(part)}", *(_wrapped(f"{item.file.name}: {item.words}") for item in items)]
    mapping = first.mapping
    if mapping:
        lines += [_wrapped(f"- {opinion}") for opinion in mapping.opinions]
        lines.append(_wrapped(f"Against the product's own report: {mapping.reconciliation}"))
        if mapping.missing:
            lines.append(_wrapped(f"Not documented: {mapping.missing}"))
    elif first.sections:
        lines.append("# Proposed by the names of the columns: our name = their name. Look at it before you trust it.")
    text = "\n".join(lines) + "\n"
    rules = dict(first.sections.get("rows", {})) | ({"skip_lines": first.skip} if first.skip else {})
    content = {**first.sections, **({"rows": rules} if rules else {})}
    return text + "\n".join(section(f"{name}.{part}", content[name]) for name in SECTIONS if content.get(name))


_HEAD = """\
# What the analysis has to know of your company. Every key is optional; take the # away to set one.
# `python -m analysis check .` says what it read, what it left out and why, and which claims can be tested.

[company]
name = {name}
{said}
# margin = 0.3                        # share of the amount that is left after its cost, 0 to 1
# discount_rate = 0.1                 # a year, 0 to 1
"""

_DATA = """\
[data]
# path = "exports"                    # folder or DuckDB file, seen from this file; without it, this folder
# database = "postgres://reader:${SHOP_PASSWORD}@host/shop"   # instead of path; ${NAME} is an environment variable
# date_format = "%d/%m/%Y %H:%M"      # if dates can be read in two ways
# separator = ";"
# decimal = ","
# encoding = "latin-1"
# largest_sample = 200000             # of more customers than this, so many are drawn for what looks at single purchases
# sample_seed = 1                     # decides who is drawn
# memory_limit = "2GB"                # of the engine; beyond it, it writes to a temporary folder
"""

_TABLES = """\
# [tables]
# transactions = "Umsatz 2010.csv"    # file, or table of the database, where it is not named after the table
"""

_COLUMNS = """\
# [columns.transactions]
# customer_id = "Kunde"               # our name = their name
#
# [values.spending.purpose]
# "mktg-acq" = "acquisition"          # their value = our value; "" for missing
"""
