"""The register: every claim with the rule by which it will be read, written down before the data are."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from analysis.core import paths
from analysis.core.claim import Claim, Quantity
from analysis.core.errors import ParameterMistake, RegisterMistake
from analysis.core.reading import read
from analysis.core.vocabulary import RATIO_SCALES, Direction
from analysis.register.bottom_lines import bottom_lines


@dataclass(frozen=True, kw_only=True)
class Register:
    """All claims, in the order of the files."""

    claims: tuple[Claim, ...]

    @cached_property
    def hash(self) -> str:
        """First 16 hex digits of the sha256 of all rules: moving an entry or mending its prose changes nothing."""
        return _hash(self.claims)

    def __getitem__(self, claim_id: str) -> Claim:
        for claim in self.claims:
            if claim.id == claim_id:
                return claim
        raise ParameterMistake(
            f"`claim` must be an id of the register; got {claim_id!r}. `python -m analysis claims` lists all of them."
        )

    def of_notebook(self, notebook: str) -> tuple[Claim, ...]:
        """Claims that the notebook with this stem reports, in register order."""
        return tuple(claim for claim in self.claims if claim.notebook == notebook)


@cache
def load_register(folder: Path = paths.CLAIMS) -> Register:
    """Read and validate every ``*.toml`` of `folder`, in file-name order.

    Raises
    ------
    RegisterMistake
        Naming the file, the claim and the field that is wrong, the rule it breaks and what was given.
    """
    claims: list[Claim] = []
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise RegisterMistake(
            f"The register folder {folder.name!r} holds no .toml file; restore it from the repository."
        )
    for file in files:
        try:
            entries = tomllib.loads(file.read_text(encoding="utf-8")).get("claim", [])
        except tomllib.TOMLDecodeError as fault:
            raise RegisterMistake(f"{file.name} is not valid TOML: {fault}.") from fault
        claims.extend(_claim(file.name, entry) for entry in entries)
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            raise RegisterMistake(f"Claim '{claim.id}': field `id` must be unique in the register; it stands twice.")
        seen.add(claim.id)
    return Register(claims=tuple(claims))


def _hash(claims: tuple[Claim, ...]) -> str:
    rules = [
        {name: value for name, value in asdict(claim).items() if name in _RULE_FIELDS}
        for claim in sorted(claims, key=lambda claim: claim.id)
    ]
    for rule in rules:
        rule["quantities"] = [{k: v for k, v in q.items() if k != "ends"} for q in rule["quantities"]]
    canonical = json.dumps(rules, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


_RULE_FIELDS = {"id", "statement", "claimed", "estimand", "question", "lead", "rule", "naive_bias", "quantities"}


def _claim(file: str, entry: Mapping[str, Any]) -> Claim:
    where = f"{file}, claim '{entry.get('id', '?')}'"
    given = {name: value for name, value in entry.items() if name != "bottom_line"}
    if isinstance(given.get("quantities"), list):
        given["quantities"] = [_quantity(where, quantity) for quantity in given["quantities"]]
    given["bottom_lines"] = bottom_lines(where, entry.get("bottom_line", []))
    claim = read(Claim, given, f"{where}: field", RegisterMistake, needed=("question", "lead"))
    names = [quantity.name for quantity in claim.quantities]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise RegisterMistake(f"{where}: field `quantities` must have names of their own; {twice!r} stands twice.")
    leads = [quantity.name for quantity in claim.quantities if quantity.decides]
    if not leads:
        raise RegisterMistake(f"{where}: field `quantities` must hold at least one that decides; got none.")
    if claim.lead not in leads:
        raise RegisterMistake(
            f"{where}: field `lead` must name a quantity that decides ({', '.join(map(repr, leads))}); got {claim.lead!r}."
        )
    for quantity in claim.quantities:
        for other in quantity.conventions:
            if other not in names or other == quantity.name:
                raise RegisterMistake(
                    f"{where}, quantity '{quantity.name}': field `conventions` must name other quantities of the claim; "
                    f"got {other!r}."
                )
    return claim


def _quantity(where: str, entry: Mapping[str, Any]) -> Quantity:
    where = f"{where}, quantity '{entry.get('name', '?')}'"
    quantity = read(Quantity, entry, f"{where}: field", RegisterMistake, needed=("ends",))
    numbers = {"null": quantity.null, "smallest": quantity.smallest}
    if quantity.size is not None:
        numbers["size"] = quantity.size
    if quantity.scale in RATIO_SCALES and min(numbers.values()) <= 0:
        raise RegisterMistake(f"{where}: every number on the scale '{quantity.scale}' must be above 0; got {numbers}.")
    for name in ("smallest", "size"):
        if name in numbers and (numbers[name] > quantity.null) != (quantity.direction == Direction.ABOVE):
            raise RegisterMistake(
                f"{where}: field `{name}` must lie on the claimed side, {quantity.direction} the null {quantity.null}; "
                f"got {numbers[name]}."
            )
        if name in numbers and numbers[name] == quantity.null:
            raise RegisterMistake(f"{where}: field `{name}` must differ from the null; got {numbers[name]}.")
    return quantity
