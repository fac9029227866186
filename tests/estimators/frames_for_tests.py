"""Invented frames for the tests of estimators and checks: a table and the name of its frame, with a context that says so."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.core.claim import Claim
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Direction, Kind, Role, Scale
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

CONTEXT = Context(
    source="Invented shop",
    kind=Kind.PUBLIC,
    design=Design.OBSERVATIONAL,
    population="invented customers",
    period="1999",
)


def a_frame(name: str, **columns: Any) -> Frame:
    """Return a checked frame of these columns; ``unit_id`` is numbered where the frame has it and it is not given."""
    table = pd.DataFrame(columns)
    if "unit_id" in spec(name).columns and "unit_id" not in table:
        table.insert(0, "unit_id", range(len(table)))
    return spec(name).check(table, CONTEXT)


def a_claim_on(name: str, scale: Scale, **changes: Any) -> Claim:
    """Return a claim that registers one quantity of this name and scale, claimed above its null."""
    null = 1.0 if scale in (Scale.RATIO, Scale.ODDS_RATIO, Scale.HAZARD_RATIO) else 0.0
    null = 0.5 if scale is Scale.AREA_UNDER_CURVE else null
    fields: dict[str, Any] = {
        "name": name,
        "scale": scale,
        "unit": "invented",
        "null": null,
        "direction": Direction.ABOVE,
        "smallest": null + 0.1,
        "size": None,
    }
    return a_claim(a_quantity(**fields | changes))


def of_role(estimates: tuple[Estimate, ...], role: str) -> Estimate:
    """Return the only estimate of a role, or fail."""
    found = [e for e in estimates if e.role is Role(role)]
    assert len(found) == 1, f"{len(found)} estimates of role {role}"
    return found[0]
