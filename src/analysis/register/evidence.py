"""Published figures: the tables of ``data/evidence/`` as Estimates, each with its citation and how it was checked."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from analysis.core import paths
from analysis.core.errors import EvidenceMistake, ParameterMistake
from analysis.core.reading import broken, keys, must, one_of, read
from analysis.core.record import member
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, RATIO_SCALES, Design, Grade, Kind, Role, Scale
from analysis.register.claims import Register, load_register
from analysis.register.derived_intervals import DerivedInterval, derive_interval


def _blank(text: Any) -> Any:
    return text if isinstance(text, str) and text.strip() else None


def _whole(text: str) -> int | None:
    number = float(text) if text.strip() else None
    if number is not None and not number.is_integer():
        raise broken("be a whole number", text)
    return None if number is None else int(number)


_Filled = Annotated[str, StringConstraints(pattern=r"\S"), must("not be empty")]
_Figure = Annotated[float | None, BeforeValidator(_blank), must("be a number or empty")]
_YesNo = Annotated[bool, BeforeValidator({"yes": True, "no": False}.get), must("be 'yes' or 'no'")]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of evidence: the columns of a table in their order."""

    claim: str  # id in the register
    quantity: str  # name of one of the claim's registered quantities; empty for role context
    role: Annotated[Role, one_of(Role)]  # answer (takes part if it has an interval) or context (shown only)
    study: _Filled  # authors and year, the name shown
    year: str
    venue: str
    doi: str
    population: _Filled
    period: str
    design: Annotated[Design, one_of(Design)]
    scale: str  # empty for a sign without a size
    unit: str
    value: _Figure
    low: _Figure
    high: _Figure
    level: _Figure
    se: _Figure  # standard error, where the study gives that instead of an interval
    n: Annotated[int | None, BeforeValidator(_whole), must("be a number or empty")]
    sign: Annotated[int, Field(ge=-1, le=1), must("be 1, 0 or -1")]  # 1 for the claim, -1 against, 0 neither
    grade: Annotated[Grade, one_of(Grade)]
    vendor: _YesNo
    intention_only: _YesNo
    indirect: str  # why the figure speaks only indirectly to the claim; empty if direct
    where: _Filled  # page, table, address
    finding: _Filled  # in the project's own words, one sentence
    r: _Figure  # a correlation whose interval follows from n, or from p
    t: _Figure  # the figure (its logarithm for ratios) over its standard error
    p: str  # two-sided: 0.004, <0.01, or significant
    counts: str  # events/units: "51/150 29/150" two arms, "109/129" one share, "396-144/900" two answers of one sample
    derived: str  # what was assumed where an interval or a figure was derived, in words
    firm: str  # the firm or study that has one vote in a spread over firms; empty: the study


COLUMNS = keys(Row)


@cache
def load_evidence(folder: Path = paths.EVIDENCE) -> Mapping[str, tuple[Estimate, ...]]:
    """Read every ``*.csv`` of `folder` and return published Estimates by claim id, in file and row order.

    An interval is taken as printed; where only a standard error was published it is value ± z · se at `level`. Where
    neither was, it is derived here from the printed r, t, p or counts (`derived_intervals.derive_interval`).

    Raises
    ------
    EvidenceMistake
        Naming the file, the row and the column that is wrong, the rule it breaks and what was given.
    """
    register = load_register()
    found: dict[str, list[Estimate]] = {}
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise EvidenceMistake(f"{file.name}: the header must be {','.join(COLUMNS)}; got {reader.fieldnames}.")
            for number, row in enumerate(reader, start=2):
                where = f"{file.name}, row {number}"
                _require_every_cell(where, row)
                estimate = _estimate(where, row, register)
                found.setdefault(estimate.claim, []).append(estimate)
    return MappingProxyType({claim: tuple(rows) for claim, rows in found.items()})


def _require_every_cell(where: str, cells: Mapping[Any, Any]) -> None:
    """Refuse a row with a cell too many or too few: what csv makes of it would stand in the wrong columns."""
    n = len(COLUMNS) + len(cells.get(None, ())) - sum(cell is None for cell in cells.values())
    if n != len(COLUMNS):
        raise EvidenceMistake(
            f"{where}: must have {len(COLUMNS)} cells, one a column of the header; got {n}. Put a text with a comma in double "
            "quotes, and leave a cell that says nothing empty between its commas."
        )


def _estimate(where: str, cells: Mapping[str, str], register: Register) -> Estimate:
    row = read(Row, cells, f"{where}: column", EvidenceMistake)
    try:
        claim = register[row.claim]
        quantity = claim.quantity(row.quantity) if row.quantity else claim.quantities[0]
    except ParameterMistake as fault:
        raise EvidenceMistake(f"{where}: {fault}") from fault
    if row.role is Role.ANSWER and not row.quantity:
        raise EvidenceMistake(f"{where}: column `quantity` must name a registered quantity for role 'answer'; got ''.")
    if row.role is Role.ANSWER and row.scale and row.scale != quantity.scale:
        raise EvidenceMistake(
            f"{where}: column `scale` must be the quantity's registered scale '{quantity.scale}'; got {row.scale!r}."
        )
    value, low, high, n, level = row.value, row.low, row.high, row.n, row.level or INTERVAL_LEVEL
    if row.se is not None and low is None:
        low, high = _from_standard_error(where, row, level)
    derived = _derive(where, row, quantity.scale, level)
    if derived is not None:
        value, low, high, n = derived.value, derived.low, derived.high, derived.n
    try:
        return Estimate(
            claim=claim.id,
            quantity=row.quantity,
            value=value,
            low=low,
            high=high,
            level=level,
            scale=row.scale or quantity.scale,  # type: ignore[arg-type]
            null=quantity.null,
            unit=row.unit or quantity.unit,
            n=n,
            design=row.design,
            kind=Kind.PUBLISHED,
            role=row.role,
            source=row.study,
            population=row.population,
            period=row.period,
            method=row.finding,
            indirect=row.indirect or None,
            vendor=row.vendor,
            intention_only=row.intention_only,
            sign=row.sign,
            citation=", ".join(part for part in (row.study, row.venue, row.doi) if part),
            grade=row.grade,
            where=row.where,
            events=derived.events if derived else None,
            smallest_group=derived.smallest_group if derived else None,
            firm=row.firm,
            derived="; ".join(part for part in (derived.formula if derived else "", row.derived) if part),
        )
    except ParameterMistake as fault:
        raise EvidenceMistake(f"{where}: {fault}") from fault


def _derive(where: str, row: Row, registered: Scale, level: float) -> DerivedInterval | None:
    """The interval that follows from the row's r, t, p or counts; None if it has none of them."""
    given = [name for name in ("r", "t", "p", "counts") if _told(getattr(row, name))]
    if not given:
        return None
    if len(given) > 1 and given != ["r", "p"]:
        raise EvidenceMistake(f"{where}: columns `{given[0]}` and `{given[1]}` must not stand together; keep one.")
    for name in ("low", "high", "se"):
        if getattr(row, name) is not None:
            raise EvidenceMistake(f"{where}: column `{name}` is printed, so `{given[0]}` must be empty; keep one.")
    if row.r is not None and row.n is None and not row.derived.strip():
        raise EvidenceMistake(f"{where}: column `derived` must say what is assumed where n is to follow from r and p.")
    try:
        found = derive_interval(
            scale=member("scale", row.scale or registered, Scale),
            value=row.value,
            r=row.r,
            t=row.t,
            p=row.p,
            counts=row.counts,
            n=row.n,
            level=level,
        )
    except ParameterMistake as fault:
        raise EvidenceMistake(f"{where}: {fault}") from fault
    if row.n is not None and found.n != row.n:
        raise EvidenceMistake(f"{where}: column `n` must be the sum of the units in `counts`, {found.n}; got {row.n}.")
    return found


def _told(cell: Any) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _from_standard_error(where: str, row: Row, level: float) -> tuple[float, float]:
    from scipy.stats import norm

    if row.se is None or row.value is None or row.low is not None:
        raise EvidenceMistake(f"{where}: column `se` goes with a value and without `low` and `high`; got '{row.se:g}'.")
    if row.scale in RATIO_SCALES:
        raise EvidenceMistake(
            f"{where}: column `se` is not read on the scale '{row.scale}', where it may be of the ratio or of its "
            "logarithm; give `low` and `high`."
        )
    half = float(norm.ppf(0.5 + level / 2)) * row.se
    return row.value - half, row.value + half
