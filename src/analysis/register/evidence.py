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
from analysis.core.vocabulary import INTERVAL_LEVEL, RATIO_SCALES, Design, Grade, Kind, Role
from analysis.register.claims import Register, load_register

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
)


@cache
def load_evidence(folder: Path = paths.EVIDENCE) -> Mapping[str, tuple[Estimate, ...]]:
    """Read every ``*.csv`` of `folder` and return published Estimates by claim id, in file and row order.

    An interval is taken as printed; where only a standard error was published it is value ± z · se at `level`.

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
    numbers = {name: _number(where, name, row[name]) for name in ("value", "low", "high", "level", "se", "n", "sign")}
    if numbers["sign"] not in (-1, 0, 1):
        raise EvidenceMistake(f"{where}: column `sign` must be 1, 0 or -1; got {row['sign']!r}.")
    if numbers["n"] is not None and numbers["n"] != int(numbers["n"]):
        raise EvidenceMistake(f"{where}: column `n` must be a whole number; got {row['n']!r}.")
    low, high, level = numbers["low"], numbers["high"], numbers["level"] or INTERVAL_LEVEL
    if numbers["se"] is not None and low is None:
        low, high = _from_standard_error(where, row, numbers["value"], numbers["se"], level)
    try:
        return Estimate(
            claim=claim.id,
            quantity=row["quantity"],
            value=numbers["value"],
            low=low,
            high=high,
            level=level,
            scale=row["scale"] or quantity.scale,  # type: ignore[arg-type]
            null=quantity.null,
            unit=row["unit"] or quantity.unit,
            n=None if numbers["n"] is None else int(numbers["n"]),
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
        )
    except ParameterMistake as fault:
        raise EvidenceMistake(f"{where}: {fault}") from fault


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
