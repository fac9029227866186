"""Trend in the calendar: passes where tenure does it, fails where prices do, cannot tell in one cohort."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.vocabulary import Design, Kind, Scale
from analysis.estimators.checks.period_trend import check_period_trend
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

CLAIM = a_claim(a_quantity(name="spend_change_per_year", scale=Scale.PERCENT, unit="% a year", smallest=2.0, size=None))


def customers(seed: int, per_tenure: float, per_calendar: float, cohorts: int = 12, n: int = 600) -> Frame:
    """Customers who join over so many quarters and buy every quarter to the 16th; logs grow with tenure and calendar."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(n):
        joined, level = customer % cohorts, rng.normal(3, 0.5)
        for period in range(joined + 1, 16):
            tenure = (period - joined) / 4 + rng.uniform(-0.1, 0.1)
            spend = np.exp(level + per_tenure * tenure + per_calendar * period / 4 + rng.normal(0, 0.2))
            rows.append((customer, period, max(tenure, 0.01), 1, float(spend)))
    table = pd.DataFrame(rows, columns=["customer_id", "period", "tenure_years", "n_purchases", "spend"])
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.OBSERVATIONAL, population="customers", period="four years"
    )
    return spec("customer_periods").check(table, context)


def test_it_passes_where_spend_grows_with_tenure_alone():
    found = check_period_trend(customers(1, np.log(1.3), 0.0), CLAIM)
    assert found.passed is True
    assert found.table[0]["% a year"] == pytest.approx(30.0, abs=2.0)


def test_it_fails_where_prices_rise_and_nobody_grows():
    found = check_period_trend(customers(2, 0.0, np.log(1.2)), CLAIM)
    assert found.passed is False
    drift = found.table[-1]
    # the drift of 20 % a year is found where the slope within customer calls it growth
    assert drift["% a year"] == pytest.approx(20.0, abs=4 * (drift["high"] - drift["low"]) / 3.92)
    assert found.table[0]["% a year"] == pytest.approx(20.0, abs=2.0)
    between = found.table[2]
    assert between["% a year"] == pytest.approx(0.0, abs=4 * (between["high"] - between["low"]) / 3.92)


def test_one_cohort_cannot_tell_tenure_from_the_date():
    found = check_period_trend(customers(3, 0.0, np.log(1.2), cohorts=1, n=100), CLAIM)
    assert found.passed is None
    assert "cannot be separated" in found.sentence
