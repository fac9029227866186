"""The customer identifiers of a company's tables, sorted by how they can be told from the ordinary text of a report.

Not every identifier can be sought by its letters alone: the customer "12" looks like the number 12. What is done:

- **As it stands** is sought whatever has five characters or more: anything with a letter and a digit or with several parts
  ("C-1029", an address, a UUID), a word unless it is a word of this package itself ("other" may be a customer's id and is
  also a word), and a whole number of five digits or more unless a citation holds it (addresses of articles do). The
  reports group thousands ("12,346"), so a bare "12346" in them is not a count. Records of estimates hold bare numbers by
  design; those are not searched.
- **As a column** are sought all of them, however short: cells under a heading that names an identifier's column, and
  columns of tables that hold nothing but identifiers, so many that chance is ruled out (`CHANCE`). Evenly spaced numbers
  are taken for a count.

What is left: a short identifier by itself in running text is not found, nor is one that a program has changed.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.core import paths

if TYPE_CHECKING:
    from analysis.company.store import Company

SHORTEST = 5
"""Characters from which an identifier is sought as it stands."""
CHANCE = 1e-6
"""Largest probability with which a column of numbers may hold nothing but identifiers and still pass as chance."""
CUSTOMER_COLUMNS = ("customer_id", "referred_by", "referrer_id", "referred_id")
"""Columns of a company's tables that name a customer."""

# A number with grouped thousands or decimals is one token, so that no part of it passes for an identifier.
_TOKEN = re.compile(r"(?<!\w)\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\w)|(?<!\w)\d+\.\d+(?!\w)|\w+")
_WHOLE = re.compile(r"(\d+)(?:\.0+)?")
_DATE = re.compile(r"\d{4}\W\d{1,2}\W\d{1,2}|\d{1,2}\W\d{1,2}\W\d{4}")


@dataclass(frozen=True)
class Identifiers:
    """Customer identifiers and the names of the columns that hold them.

    Attributes
    ----------
    values : frozenset of str
        All of them, trimmed.
    columns : frozenset of str
        Names of their columns in small letters: ours and the company's own.

    Examples
    --------
    >>> found = Identifiers(frozenset({"C-1029", "12346", "7"}), frozenset({"customer_id"}))
    >>> found.shown_in("As 12,346 of 7 with C-102 and C-10290"), found.shown_in("ask C-1029; 12346.0 too")
    (0, 2)
    """

    values: frozenset[str]
    columns: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def sought(self) -> frozenset[str]:
        """Those that are sought as they stand, without marks at their ends."""
        trimmed = (re.sub(r"^\W+|\W+$", "", value) for value in self.values)
        return frozenset(value for value in trimmed if _stands_out(value))

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(_TOKEN.findall(value)) for value in self.sought}))

    def shown_in(self, text: str) -> int:
        """Return how many different identifiers occur in a text as they stand."""
        found: set[str] = set()
        tokens = list(_TOKEN.finditer(text))
        for length in self._lengths:
            for first, last in zip(tokens, tokens[length - 1 :], strict=False):
                piece = text[first.start() : last.end()]
                whole = _WHOLE.fullmatch(piece)
                piece = whole.group(1) if whole else piece
                if piece in self.sought:
                    found.add(piece)
        return len(found)

    def shown_in_column(self, heading: str, cells: Collection[str]) -> int:
        """Return how many identifiers a column holds, if its heading names one or chance is ruled out; else 0."""
        found = {cell for cell in map(_cell, cells) if cell in self.values}
        if heading.strip().lower() in self.columns:
            return len(found)
        filled = {cell for cell in map(_cell, cells) if cell}
        if not found or found != filled or not all(cell.isdecimal() for cell in filled) or _evenly_spaced(filled):
            return 0
        by_chance = math.prod(self._density(len(cell)) for cell in filled)
        return len(found) if by_chance < CHANCE else 0

    def _density(self, digits: int) -> float:
        """Share of the whole numbers of so many digits that are identifiers."""
        possible = 10 if digits == 1 else 9 * 10 ** (digits - 1)
        return self._of_length[digits] / int(possible)

    @cached_property
    def _of_length(self) -> Counter[int]:
        return Counter(len(value) for value in self.values if value.isdecimal())


def identifiers_of(company: Company) -> Identifiers:
    """Read every customer identifier of a company's tables, also of rows that no report uses.

    Parameters
    ----------
    company : Company
        Tables and engine; values are read once from each table that names customers.
    """
    values: set[str] = set()
    columns: set[str] = set(CUSTOMER_COLUMNS)
    for name in company.names:
        raw = company.raw(name)
        for ours in CUSTOMER_COLUMNS:
            if ours in raw.columns:
                columns.add(raw.columns[ours].strip().lower())
                values |= set(_distinct(raw.expression, ours))
    return Identifiers(frozenset(values - {""}), frozenset(columns))


def _distinct(table: object, column: str) -> Iterable[str]:
    found = table.select(column).distinct().execute()[column].dropna()  # type: ignore[attr-defined]
    return (_cell(str(value)) for value in found)


def _cell(text: str) -> str:
    """A cell's text, trimmed; a whole number that went through decimals as a whole number."""
    whole = _WHOLE.fullmatch(text.strip())
    return whole.group(1) if whole else text.strip()


def _evenly_spaced(numbers: Collection[str]) -> bool:
    """Whether whole numbers are a count (1, 2, 3, ...), as months and row numbers are: those say nothing of chance."""
    ordered = sorted(map(int, numbers))
    return len({after - before for before, after in pairwise(ordered)}) <= 1


def _stands_out(value: str) -> bool:
    if len(value) < SHORTEST or _DATE.fullmatch(value):
        return False
    letters, n_digits = any(c.isalpha() for c in value), sum(c.isdigit() for c in value)
    if not n_digits:
        return value not in (_words(_own_text()) if value.isalpha() else _own_text())
    return (letters or n_digits >= SHORTEST) and value not in _words(_references())


@cache
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


@cache
def _references() -> str:
    """What a report cites: register, evidence, and what the public sources say of themselves. Addresses hold numbers."""
    sources = Path(__file__).resolve().parents[1] / "sources"
    files = [*sorted(paths.CLAIMS.glob("*.toml")), *sorted(paths.EVIDENCE.glob("*.csv")), *sorted(sources.glob("*.py"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@cache
def _own_text() -> str:
    """Everything that the package and its notebooks say in words without any company's data."""
    package = Path(__file__).resolve().parents[1]
    files = [*sorted(package.rglob("*.py")), *sorted(package.rglob("*.j2"))]
    texts = [path.read_text(encoding="utf-8") for path in files]
    return "\n".join([_references(), *texts, *map(_prose, sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")))])


def _prose(notebook: Path) -> str:
    import json

    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
