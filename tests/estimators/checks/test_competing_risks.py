"""Cumulative incidence against another package, and a scenario in which other causes can be ignored."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Scale
from analysis.estimators.checks.competing_risks import check_competing_risks
from tests.estimators.frames_for_tests import a_claim_on, a_frame

CLAIM = a_claim_on("hazard_ratio", Scale.HAZARD_RATIO)


def lives(death_rate, n=2_000, late=False):
    rng = np.random.default_rng(1)
    leave, censor = rng.exponential(5, n), rng.uniform(1, 12, n)
    death = rng.exponential(1 / death_rate, n) if death_rate else np.full(n, np.inf)
    end = np.minimum.reduce([leave, death, censor])
    entry = rng.uniform(0, 1, n) if late else np.zeros(n)
    seen = end > entry
    event = np.select([end == leave, end == death], [1, 2], 0)
    return a_frame("spells", entry_years=entry[seen], duration_years=end[seen], event=event[seen])


def test_cumulative_incidence_is_that_of_another_package():
    from lifelines import AalenJohansenFitter

    table = lives(0.2).table
    fitted = AalenJohansenFitter(calculate_variance=False).fit(
        table["duration_years"], table["event"], event_of_interest=1
    )
    expected = float(fitted.cumulative_density_.loc[:5.0].iloc[-1, 0])
    found = check_competing_risks(lives(0.2), CLAIM, horizon_years=5.0)
    assert found.table[0]["cumulative incidence"] == pytest.approx(expected, abs=1e-9)


def test_naive_curve_is_that_of_another_package():
    from lifelines import KaplanMeierFitter

    table = lives(0.2).table
    fitted = KaplanMeierFitter().fit(table["duration_years"], table["event"] == 1)
    found = check_competing_risks(lives(0.2), CLAIM, horizon_years=5.0)
    assert found.table[0]["one less Kaplan-Meier"] == pytest.approx(1 - float(fitted.predict(5.0)), abs=1e-9)


def test_late_entry_gives_the_same_share_as_entry_from_the_start():
    early, late = (check_competing_risks(lives(0.2, 20_000, late=x), CLAIM, horizon_years=5.0) for x in (False, True))
    assert late.table[0]["cumulative incidence"] == pytest.approx(early.table[0]["cumulative incidence"], abs=0.02)


def test_other_causes_are_found_where_they_matter_and_not_where_there_are_none():
    assert check_competing_risks(lives(0.2), CLAIM, horizon_years=5.0).passed is False
    rare = check_competing_risks(lives(0.002), CLAIM, horizon_years=5.0)  # one death in a hundred departures
    assert rare.passed is True


def test_without_any_other_cause_nothing_is_judged():
    found = check_competing_risks(lives(0.0), CLAIM, horizon_years=5.0)
    assert (found.passed, found.table) == (None, ())
    assert "no other cause is recorded" in found.sentence


def test_horizon_must_be_above_nothing():
    with pytest.raises(ParameterMistake, match="`horizon_years` must be above 0"):
        check_competing_risks(lives(0.2), CLAIM, horizon_years=0)
