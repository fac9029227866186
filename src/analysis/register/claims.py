"""The register: every claim with the rule by which it will be read, written down before the data are."""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from analysis.core import paths
from analysis.core.claim import Claim, Quantity
from analysis.core.errors import ParameterMistake, RegisterMistake
from analysis.core.vocabulary import RATIO_SCALES, Bias, Direction, QuestionType, Rule, Scale
from analysis.register.bottom_lines import bottom_lines

FAMILIES: Mapping[str, str] = {
    "cost-and-profit": "Cost and profit",
    "loyal-customers": "What loyal customers do",
    "word-of-mouth": "Word of mouth",
    "satisfaction-and-trust": "Satisfaction, NPS, trust",
    "programmes": "Loyalty programmes",
    "personalisation": "Personalisation and communication",
    "service": "Service",
    "churn-and-lock-in": "Churn, risk, win-back, lock-in",
    "feedback-and-practice": "Feedback and practice",
}

ARTICLES = ("S1", "S2", "S3", "S4", "S5")
OWN_TABLES = (
    "transactions",
    "customers",
    "subscriptions",
    "spending",
    "memberships",
    "points",
    "tickets",
    "surveys",
    "campaigns",
    "referrals",
)


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
_TEXT = ("id", "family", "notebook", "title", "statement", "estimand", "trap", "settles", "lead")
_LISTS = ("said_by", "own_tables")
_TOLD = ("claimed", "costs", "first_said")
_CHOICES: Mapping[str, Any] = {"rule": Rule, "naive_bias": Bias, "question": QuestionType}
_QUANTITY_FIELDS = {"name", "meaning", "scale", "unit", "null", "direction", "smallest", "size"} | {
    "decides",
    "conventions",
    "reliability",
    "ends",
}
LONGEST_END = 36
"""Characters of the words at one end of an axis: both stand side by side on a picture that fits a phone."""


def _claim(file: str, entry: Mapping[str, Any]) -> Claim:
    where = f"{file}, claim '{entry.get('id', '?')}'"
    known = {*_TEXT, *_LISTS, *_CHOICES, *_TOLD, "quantities", "bottom_line"}
    for name in entry:
        if name not in known:
            raise RegisterMistake(f"{where}: field `{name}` is not known; fields are {', '.join(sorted(known))}.")
    for name in _TEXT:
        value = entry.get(name)
        if not isinstance(value, str) or not value.strip():
            raise RegisterMistake(f"{where}: field `{name}` must be a text that is not empty; got {value!r}.")
    if entry["family"] not in FAMILIES:
        raise RegisterMistake(f"{where}: field `family` must be one of {', '.join(FAMILIES)}; got {entry['family']!r}.")
    for name in _TOLD:
        if not isinstance(entry.get(name, ""), str):
            raise RegisterMistake(f"{where}: field `{name}` must be a text; got {entry[name]!r}.")
    for name in _LISTS:
        value = entry.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise RegisterMistake(f"{where}: field `{name}` must be a list of texts; got {value!r}.")
    choices = {name: _choice(where, name, entry.get(name), kind) for name, kind in _CHOICES.items()}
    quantities = entry.get("quantities")
    if isinstance(quantities, list) and quantities and not any(q.get("decides", True) for q in quantities):
        raise RegisterMistake(f"{where}: field `quantities` must hold at least one that decides; got none.")
    if not isinstance(quantities, list) or not quantities:
        raise RegisterMistake(f"{where}: field `quantities` must hold at least one quantity; got {quantities!r}.")
    names = [quantity.get("name") for quantity in quantities]
    for name in names:
        if names.count(name) > 1:
            raise RegisterMistake(f"{where}: field `quantities` must have names of their own; {name!r} stands twice.")
    leads = [str(quantity.get("name")) for quantity in quantities if quantity.get("decides", True)]
    if entry["lead"] not in leads and None not in names:
        raise RegisterMistake(
            f"{where}: field `lead` must name a quantity that decides ({', '.join(map(repr, leads))}); got {entry['lead']!r}."
        )
    for quantity in quantities:
        for other in quantity.get("conventions", ()):
            if other not in names or other == quantity.get("name"):
                raise RegisterMistake(
                    f"{where}, quantity '{quantity.get('name')}': field `conventions` must name other quantities of the claim; "
                    f"got {other!r}."
                )
    for field, allowed in (("own_tables", OWN_TABLES), ("said_by", ARTICLES)):
        for item in entry[field]:
            if item not in allowed:
                raise RegisterMistake(f"{where}: field `{field}` must hold only {', '.join(allowed)}; got {item!r}.")
    return Claim(
        **{name: entry[name] for name in _TEXT},
        **{name: tuple(entry[name]) for name in _LISTS},  # type: ignore[arg-type]
        **choices,
        **{name: entry.get(name, "") for name in _TOLD},
        quantities=tuple(_quantity(where, quantity) for quantity in quantities),
        bottom_lines=bottom_lines(where, entry.get("bottom_line", [])),
    )


def _quantity(where: str, entry: Mapping[str, Any]) -> Quantity:
    where = f"{where}, quantity '{entry.get('name', '?')}'"
    for name in entry:
        if name not in _QUANTITY_FIELDS:
            raise RegisterMistake(
                f"{where}: field `{name}` is not known; fields are {', '.join(sorted(_QUANTITY_FIELDS))}."
            )
    for name in ("name", "meaning", "unit"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise RegisterMistake(f"{where}: field `{name}` must be a text that is not empty; got {entry.get(name)!r}.")
    numbers: dict[str, float] = {}
    for name in ("null", "smallest", "size"):
        value = entry.get(name)
        if value is None and name == "size":
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise RegisterMistake(f"{where}: field `{name}` must be a number; got {value!r}.")
        numbers[name] = float(value)
    scale = _choice(where, "scale", entry.get("scale"), Scale)
    direction = _choice(where, "direction", entry.get("direction"), Direction)
    if scale in RATIO_SCALES and min(numbers.values()) <= 0:
        raise RegisterMistake(f"{where}: every number on the scale '{scale}' must be above 0; got {numbers}.")
    for name in ("smallest", "size"):
        if name in numbers and (numbers[name] > numbers["null"]) != (direction == Direction.ABOVE):
            raise RegisterMistake(
                f"{where}: field `{name}` must lie on the claimed side, {direction} the null {numbers['null']}; "
                f"got {numbers[name]}."
            )
        if name in numbers and numbers[name] == numbers["null"]:
            raise RegisterMistake(f"{where}: field `{name}` must differ from the null; got {numbers[name]}.")
    reliability = entry.get("reliability")
    if reliability is not None and not 0 < reliability <= 1:
        raise RegisterMistake(f"{where}: field `reliability` must be above 0 and at most 1; got {reliability!r}.")
    ends = entry.get("ends")
    if (
        not isinstance(ends, list)
        or len(ends) != 2
        or not all(isinstance(end, str) and 0 < len(end.strip()) <= LONGEST_END for end in ends)
        or ends[0] == ends[1]
    ):
        raise RegisterMistake(
            f"{where}: field `ends` must hold two different texts of at most {LONGEST_END} characters: what lower and what "
            f"higher values mean; got {ends!r}."
        )
    decides = entry.get("decides", True)
    if not isinstance(decides, bool):
        raise RegisterMistake(f"{where}: field `decides` must be true or false; got {decides!r}.")
    return Quantity(
        name=entry["name"],
        meaning=entry["meaning"],
        unit=entry["unit"],
        scale=scale,
        direction=direction,
        decides=decides,
        conventions=tuple(entry.get("conventions", ())),
        reliability=reliability,
        ends=(ends[0], ends[1]),
        **numbers,
    )


def _choice(where: str, name: str, value: Any, kind: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(repr(str(member)) for member in kind)
        raise RegisterMistake(f"{where}: field `{name}` must be one of {allowed}; got {value!r}.") from None
