"""Published figures: the tables of ``data/evidence/`` as Estimates, each with its citation and how it was checked."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analysis.core import paths
from analysis.core.errors import EvidenceMistake, ParameterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, RATIO_SCALES, Design, Grade, Kind, Role, Scale
from analysis.register.claims import Register, load_register
from analysis.register.derived_intervals import DerivedInterval, derive_interval

COLUMNS = (
    "claim",  # id in the register
    "quantity",  # name of one of the claim's registered quantities; empty for role context
    "role",  # answer (takes part if it has an interval) or context (shown only)
    "study",  # authors and year, the name shown
    "year",
    "venue",
    "doi",
    "population",
    "period",
    "design",
    "scale",  # empty for a sign without a size
    "unit",
    "value",
    "low",
    "high",
    "level",
    "se",  # standard error, where the study gives that instead of an interval
    "n",
    "sign",  # 1 for the claim, -1 against, 0 neither
    "grade",
    "vendor",  # yes or no
    "intention_only",  # yes or no
    "indirect",  # why the figure speaks only indirectly to the claim; empty if direct
    "where",  # page, table, address
    "finding",  # in the project's own words, one sentence
    "r",  # a correlation whose interval follows from n, or from p
    "t",  # the figure (its logarithm for ratios) over its standard error
    "p",  # two-sided: 0.004, <0.01, or significant
    "counts",  # events/units: "51/150 29/150" two arms, "109/129" one share, "396-144/900" two answers of one sample
    "derived",  # what was assumed where an interval or a figure was derived, in words
    "firm",  # the firm or study that has one vote in a spread over firms; empty: the study
)


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
                estimate = _estimate(f"{file.name}, row {number}", row, register)
                found.setdefault(estimate.claim, []).append(estimate)
    return MappingProxyType({claim: tuple(rows) for claim, rows in found.items()})


def _estimate(where: str, row: Mapping[str, str], register: Register) -> Estimate:
    try:
        claim = register[row["claim"]]
        quantity = claim.quantity(row["quantity"]) if row["quantity"] else claim.quantities[0]
    except ParameterMistake as fault:
        raise EvidenceMistake(f"{where}: {fault}") from fault
    role = _among(where, "role", row["role"], Role)
    grade = _among(where, "grade", row["grade"], Grade)
    design = _among(where, "design", row["design"], Design)
    if role is Role.ANSWER and not row["quantity"]:
        raise EvidenceMistake(f"{where}: column `quantity` must name a registered quantity for role 'answer'; got ''.")
    if role is Role.ANSWER and row["scale"] and row["scale"] != quantity.scale:
        raise EvidenceMistake(
            f"{where}: column `scale` must be the quantity's registered scale '{quantity.scale}'; got {row['scale']!r}."
        )
    for name in ("study", "population", "where", "finding"):
        if not row[name].strip():
            raise EvidenceMistake(f"{where}: column `{name}` must not be empty.")
    printed = ("value", "low", "high", "level", "se", "n", "sign", "r", "t")
    numbers = {name: _number(where, name, row[name]) for name in printed}
    if numbers["sign"] not in (-1, 0, 1):
        raise EvidenceMistake(f"{where}: column `sign` must be 1, 0 or -1; got {row['sign']!r}.")
    if numbers["n"] is not None and numbers["n"] != int(numbers["n"]):
        raise EvidenceMistake(f"{where}: column `n` must be a whole number; got {row['n']!r}.")
    value, low, high, level = numbers["value"], numbers["low"], numbers["high"], numbers["level"] or INTERVAL_LEVEL
    n = None if numbers["n"] is None else int(numbers["n"])
    if numbers["se"] is not None and low is None:
        low, high = _from_standard_error(where, row, value, numbers["se"], level)
    derived = _derive(where, row, quantity.scale, numbers, n, level)
    if derived is not None:
        value, low, high, n = derived.value, derived.low, derived.high, derived.n
    try:
        return Estimate(
            claim=claim.id,
            quantity=row["quantity"],
            value=value,
            low=low,
            high=high,
            level=level,
            scale=row["scale"] or quantity.scale,  # type: ignore[arg-type]
            null=quantity.null,
            unit=row["unit"] or quantity.unit,
            n=n,
            design=design,
            kind=Kind.PUBLISHED,
            role=role,
            source=row["study"],
            population=row["population"],
            period=row["period"],
            method=row["finding"],
            indirect=row["indirect"] or None,
            vendor=_yes(where, "vendor", row["vendor"]),
            intention_only=_yes(where, "intention_only", row["intention_only"]),
            sign=int(numbers["sign"]),
            citation=", ".join(part for part in (row["study"], row["venue"], row["doi"]) if part),
            grade=grade,
            where=row["where"],
            events=derived.events if derived else None,
            smallest_group=derived.smallest_group if derived else None,
            firm=row["firm"],
            derived="; ".join(part for part in (derived.formula if derived else "", row["derived"]) if part),
        )
    except ParameterMistake as fault:
        raise EvidenceMistake(f"{where}: {fault}") from fault


def _derive(
    where: str,
    row: Mapping[str, str],
    registered: Scale,
    numbers: Mapping[str, float | None],
    n: int | None,
    level: float,
) -> DerivedInterval | None:
    """The interval that follows from the row's r, t, p or counts; None if it has none of them."""
    given = [name for name in ("r", "t", "p", "counts") if row[name].strip()]
    if not given:
        return None
    if len(given) > 1 and given != ["r", "p"]:
        raise EvidenceMistake(f"{where}: columns `{given[0]}` and `{given[1]}` must not stand together; keep one.")
    for name in ("low", "high", "se"):
        if row[name].strip():
            raise EvidenceMistake(f"{where}: column `{name}` is printed, so `{given[0]}` must be empty; keep one.")
    if row["r"].strip() and n is None and not row["derived"].strip():
        raise EvidenceMistake(f"{where}: column `derived` must say what is assumed where n is to follow from r and p.")
    try:
        found = derive_interval(
            scale=_among(where, "scale", row["scale"] or str(registered), Scale),
            value=numbers["value"],
            r=numbers["r"],
            t=numbers["t"],
            p=row["p"],
            counts=row["counts"],
            n=n,
            level=level,
        )
    except ParameterMistake as fault:
        raise EvidenceMistake(f"{where}: {fault}") from fault
    if n is not None and found.n != n:
        raise EvidenceMistake(f"{where}: column `n` must be the sum of the units in `counts`, {found.n}; got {n}.")
    return found


def _from_standard_error(
    where: str, row: Mapping[str, str], value: float | None, se: float, level: float
) -> tuple[float, float]:
    from scipy.stats import norm

    if value is None or row["low"]:
        raise EvidenceMistake(
            f"{where}: column `se` goes with a value and without `low` and `high`; got {row['se']!r}."
        )
    if row["scale"] in RATIO_SCALES:
        raise EvidenceMistake(
            f"{where}: column `se` is not read on the scale '{row['scale']}', where it may be of the ratio or of its "
            "logarithm; give `low` and `high`."
        )
    half = float(norm.ppf(0.5 + level / 2)) * se
    return value - half, value + half


def _among(where: str, name: str, text: str, kind: Any) -> Any:
    try:
        return kind(text)
    except ValueError:
        allowed = ", ".join(repr(str(member)) for member in kind)
        raise EvidenceMistake(f"{where}: column `{name}` must be one of {allowed}; got {text!r}.") from None


def _number(where: str, name: str, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise EvidenceMistake(f"{where}: column `{name}` must be a number or empty; got {text!r}.") from None


def _yes(where: str, name: str, text: str) -> bool:
    if text not in ("yes", "no"):
        raise EvidenceMistake(f"{where}: column `{name}` must be 'yes' or 'no'; got {text!r}.")
    return text == "yes"
