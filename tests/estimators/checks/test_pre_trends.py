"""Paths before joining: passes where they run alike, fails where joiners were on their way up, and says if it cannot tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Design, Kind, Scale
from analysis.estimators.checks.pre_trends import check_pre_trends
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

AMOUNT = a_quantity(name="amount", unit="currency units", smallest=0.2, size=None)
PERCENT = a_quantity(name="percent", scale=Scale.PERCENT, unit="%", smallest=2.0, size=None)
CLAIM = a_claim(AMOUNT, PERCENT)


def scenario(seed: int, rise: float, effect: float = 1.0, noise: float = 0.5, n: int = 900) -> Frame:
    """Units join in periods 5 to 10; before it, a joiner's outcome rises by `rise` in each of the three periods before."""
    rng = np.random.default_rng(seed)
    periods = np.arange(14)
    joined = 5 + np.arange(n) % 6
    since = periods - joined[:, None]
    level = rng.normal(5, 1, n)[:, None] + np.sin(periods)
    climb = rise * np.clip(since + 4, 0, 3) + effect * (since >= 0)
    outcome = np.clip(level + climb + rng.normal(0, noise, since.shape), 0.01, None)
    table = pd.DataFrame(
        {
            "unit_id": np.repeat(np.arange(n), 14),
            "period": np.tile(periods, n),
            "joined_period": np.repeat(joined, 14),
            "outcome": outcome.ravel(),
        }
    )
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.QUASI_EXPERIMENTAL, population="customers", period="three years"
    )
    return spec("staggered").check(table, context)


@pytest.mark.parametrize("quantity", ["amount", "percent"])
def test_it_passes_where_paths_run_alike(quantity):
    found = check_pre_trends(scenario(1, rise=0.0), CLAIM, quantity=quantity, last=2)
    assert found.passed is True
    assert [row["period"] for row in found.table] == [-3, -4]


@pytest.mark.parametrize("quantity", ["amount", "percent"])
def test_it_fails_where_joiners_were_on_their_way_up(quantity):
    found = check_pre_trends(scenario(2, rise=1.0), CLAIM, quantity=quantity, last=2)
    assert found.passed is False


def test_the_leads_by_hand():
    climbing, flat = [0.0, 1.0, 2.0, 3.0, 4.0, 7.0, 7.0, 7.0], [0.0] * 8
    rows = [(u, t, 5, y) for u in range(30) for t, y in enumerate(climbing)]
    rows += [(u, t, 7, y) for u in range(30, 40) for t, y in enumerate(flat)]
    table = pd.DataFrame(rows, columns=["unit_id", "period", "joined_period", "outcome"])
    frame = spec("staggered").check(table, scenario(0, rise=0.0, n=6).context)
    found = check_pre_trends(frame, CLAIM, quantity="amount", last=1)
    # periods 3 and 4 before joining in 5 have the mean 3.5: 2 - 3.5 in period 2 and 1 - 3.5 in period 1
    assert [row["effect"] for row in found.table] == [-1.5, -2.5]
    # one more in each period: in period 6, two and a half periods on, that alone makes 2.5 of the answer of 3.5
    assert [row["carried on"] for row in found.table] == [2.5, 2.5]
    assert found.passed is False


def test_it_cannot_tell_where_the_noise_is_larger_than_the_answer():
    found = check_pre_trends(scenario(3, rise=0.0, effect=0.5, noise=6.0), CLAIM, quantity="amount", last=2)
    assert found.passed is None
    assert "cannot tell" in found.sentence


def test_without_earlier_periods_it_says_so():
    found = check_pre_trends(scenario(4, rise=0.0), CLAIM, quantity="amount", last=2, n_leads=8)
    assert found.passed is None
    assert "Too few joiners were seen 10 periods before" in found.sentence


def test_the_number_of_leads_is_checked():
    with pytest.raises(ParameterMistake, match="`n_leads` must be a whole number"):
        check_pre_trends(scenario(5, rise=0.0, n=60), CLAIM, quantity="amount", n_leads=0)
