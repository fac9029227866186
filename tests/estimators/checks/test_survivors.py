"""Slope among survivors: passes where all customers grow alike, fails where only those who stay do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.vocabulary import Design, Kind, Scale
from analysis.estimators.checks.survivors import check_survivors
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

CLAIM = a_claim(a_quantity(name="spend_change_per_year", scale=Scale.PERCENT, unit="% a year", smallest=2.0, size=None))


def customers(seed: int, growth_stayers: float, growth_leavers: float, n: int = 400) -> Frame:
    """Half of the customers stay for 12 quarters, half leave after 6; log spend grows by a rate a year of each kind's own."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(n):
        stays = customer % 2
        level, growth = rng.normal(3, 1), growth_stayers if stays else growth_leavers
        for period in range(12 if stays else 6):
            tenure = period / 4
            rows.append((customer, period, tenure, 1, float(np.exp(level + growth * tenure + rng.normal(0, 0.2)))))
    table = pd.DataFrame(rows, columns=["customer_id", "period", "tenure_years", "n_purchases", "spend"])
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.OBSERVATIONAL, population="customers", period="three years"
    )
    return spec("customer_periods").check(table, context)


def test_it_passes_where_stayers_and_leavers_grow_alike():
    found = check_survivors(customers(1, np.log(1.2), np.log(1.2)), CLAIM)
    assert found.passed is True
    assert [row["customers"] for row in found.table] == ["all", "survivors", "others"]
    assert found.table[1]["n"] == found.table[2]["n"] == 200
    for row in found.table:
        assert row["% a year"] == pytest.approx(20.0, abs=4 * (row["high"] - row["low"]) / 3.92)


def test_it_fails_where_only_those_who_stay_grow():
    found = check_survivors(customers(2, np.log(1.3), np.log(0.8)), CLAIM)
    assert found.passed is False
    assert "does not allow for" in found.sentence


def test_with_few_of_one_kind_it_judges_nothing():
    frame = customers(3, 0.1, 0.1, n=50)
    found = check_survivors(frame, CLAIM)
    assert found.passed is None
    assert "25 customers" in found.sentence
