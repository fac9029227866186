"""Unmeasured confounding of hazards: passes for a strong effect beside weak covariates, fails the other way round."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.core.vocabulary import Design, Kind, Scale
from analysis.estimators.checks.adjustment import e_value
from analysis.estimators.checks.unmeasured import check_unmeasured_hazard, risk_ratio_of
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

HAZARD = a_quantity(name="hazard", scale=Scale.HAZARD_RATIO, unit="times the hazard", null=1.0, smallest=1.1, size=None)
CLAIM = a_claim(HAZARD)


def spells(seed: int, effect: float, risk: float, measured: bool = True, n: int = 4000) -> Frame:
    """Exponential lives to five years; exposure multiplies the hazard by `effect`, a measured risk by `risk` and it makes
    exposure likelier."""
    rng = np.random.default_rng(seed)
    risky = (rng.random(n) < 0.5).astype(float)
    exposed = (rng.random(n) < 0.3 + (0.4 * risky if risk > 1 else 0.0)).astype(float)
    life = rng.exponential(1 / (0.15 * effect**exposed * risk**risky))
    table = pd.DataFrame(
        {
            "unit_id": range(n),
            "entry_years": 0.0,
            "duration_years": np.minimum(life, 5.0),
            "event": (life < 5.0).astype(int),
            "x_exposed": exposed,
        }
    )
    if measured:
        table["x_risk"] = risky
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.OBSERVATIONAL, population="customers", period="five years"
    )
    return spec("spells").check(table, context)


def test_a_strong_effect_beside_a_harmless_covariate_passes():
    found = check_unmeasured_hazard(spells(1, effect=3.0, risk=1.0), CLAIM, quantity="hazard")
    assert found.passed is True
    assert found.table[0]["E-value"] == pytest.approx(e_value(risk_ratio_of(3.0)), rel=0.15)


def test_a_weak_effect_beside_a_strong_confounder_fails():
    found = check_unmeasured_hazard(spells(2, effect=1.25, risk=4.0), CLAIM, quantity="hazard")
    assert found.passed is False
    # the tie of risk to exposure: 0.7 against 0.3
    assert found.table[0]["strongest measured"] == pytest.approx(0.7 / 0.3, rel=0.1)


def test_an_interval_that_reaches_no_effect_needs_nothing_to_be_explained_away():
    found = check_unmeasured_hazard(spells(3, effect=1.0, risk=3.0, n=1000), CLAIM, quantity="hazard")
    assert found.table[0]["E-value of the limit"] == 1.0
    assert found.passed is False
    assert "reaches no effect already" in found.sentence


def test_without_another_covariate_or_without_an_answer_it_informs_only():
    assert check_unmeasured_hazard(spells(4, 3.0, 1.0, measured=False), CLAIM, quantity="hazard").passed is None
    assert check_unmeasured_hazard(spells(4, 3.0, 1.0), CLAIM, quantity="hazard", adjusted=False).passed is None


def test_a_rare_outcome_needs_no_translation():
    frame = spells(5, effect=3.0, risk=1.0, n=8000)
    late = frame.table.assign(entry_years=0.0, duration_years=frame.table["duration_years"].clip(upper=0.4))
    late["event"] = ((frame.table["event"] == 1) & (frame.table["duration_years"] <= 0.4)).astype(int)
    found = check_unmeasured_hazard(spec("spells").check(late, frame.context), CLAIM, quantity="hazard")
    assert late["event"].mean() < 0.15
    assert found.table[0]["E-value"] == pytest.approx(e_value(3.0), rel=0.25)  # about 600 events: log error 0.08
    assert e_value(3.0) == pytest.approx(3 + math.sqrt(6))
