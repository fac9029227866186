"""One door to three estimators: each quantity gets its own, with the seed where one is drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Design, Kind
from analysis.estimators.quasi_experimental.bunching import estimate_bunching
from analysis.estimators.quasi_experimental.regression_discontinuity import (
    estimate_discontinuity,
    estimate_discontinuity_difference,
)
from analysis.estimators.quasi_experimental.tier_cutoff import estimate_tier_cutoff
from analysis.frames import Context, Frame, spec
from analysis.register.claims import load_register


@pytest.fixture
def frame() -> Frame:
    rng = np.random.default_rng(1)
    running = rng.uniform(-0.5, 0.5, 2000)
    table = pd.DataFrame(
        {
            "unit_id": range(2000),
            "running": running,
            "reached": (running >= 0).astype(int),
            "outcome": 10 + running + rng.normal(0, 1, 2000),
            "tier": np.where(np.arange(2000) % 2, "gold", "silver"),
            "benefit": np.where(np.arange(2000) % 2, 50.0, 10.0),
        }
    )
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.QUASI_EXPERIMENTAL, population="members", period="two years"
    )
    return spec("tier_cutoff").check(table, context)


def test_each_registered_quantity_gets_its_estimator(frame):
    register = load_register()
    tiers, benefits = register["tiers-accelerate-spend"], register["tier-benefits-must-be-meaningful"]
    assert estimate_tier_cutoff(frame, tiers) == estimate_discontinuity(frame, tiers)
    assert estimate_tier_cutoff(frame, tiers, quantity="excess_above_threshold", seed=5) == estimate_bunching(
        frame, tiers, seed=5
    )
    assert estimate_tier_cutoff(frame, benefits, quantity="jump_difference") == estimate_discontinuity_difference(
        frame, benefits
    )


def test_another_quantity_is_named(frame):
    with pytest.raises(ParameterMistake, match="`quantity` must be one of 'spend_jump_at_threshold'"):
        estimate_tier_cutoff(frame, load_register()["tiers-accelerate-spend"], quantity="pace_per_step")
