"""Spells: hazard ratios against another package and a stated truth, crude ratios by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from statsmodels.duration.hazard_regression import PHReg

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Direction, Scale
from analysis.estimators.survival.cause_specific_hazard import crude_rate_ratio, estimate_cause_specific_hazard
from analysis.frames.base import LOG_AGE
from tests.estimators.frames_for_tests import a_claim_on, a_frame, of_role

HAZARD = a_claim_on("hazard_ratio", Scale.HAZARD_RATIO, direction=Direction.BELOW, smallest=0.9)


def lives(n=3_000, seed=1, ratio=0.5, late_entry=False, **columns):
    """Exponential lives whose hazard of leaving is .3 a year, times `ratio` for the exposed; death at .1; censored at 8.

    A second covariate doubles the hazard and goes with exposure. Late entry: observed from a random age on, which drops
    whoever was gone by then.
    """
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 2, n)
    exposed = (rng.random(n) < 0.3 + 0.4 * kind).astype(float)
    leave = rng.exponential(1 / (0.3 * ratio**exposed * 2.0**kind))
    death = rng.exponential(10, n)
    end = np.minimum.reduce([leave, death, np.full(n, 8.0)])
    event = np.select([end == leave, end == death], [1, 2], 0)
    entry = rng.uniform(0, 3, n) if late_entry else np.zeros(n)
    seen = end > entry
    return a_frame(
        "spells",
        entry_years=entry[seen],
        duration_years=end[seen],
        event=event[seen],
        x_exposed=exposed[seen],
        x_kind=kind[seen].astype(float),
        **columns,
    )


def test_crude_ratio_is_leavers_over_years_at_risk():
    """30 leave in 100 years if exposed, 40 in 80 years if not: .3 over .5."""
    frame = a_frame(
        "spells",
        entry_years=[1.0] * 100 + [0.0] * 80,
        duration_years=[2.0] * 100 + [1.0] * 80,
        event=[1] * 30 + [0] * 70 + [1] * 40 + [2] * 40,
        x_exposed=[1.0] * 100 + [0.0] * 80,
    )
    found = crude_rate_ratio(frame, "x_exposed")
    assert found["value"] == pytest.approx(0.3 / 0.5)


@pytest.mark.parametrize("late_entry", [False, True])
def test_hazard_ratio_is_that_of_another_package(late_entry):
    frame = lives(late_entry=late_entry)
    table = frame.table
    by_statsmodels = PHReg(
        table["duration_years"],
        table[["x_exposed", "x_kind"]],
        status=(table["event"] == 1).astype(int),
        entry=table["entry_years"] if late_entry else None,
        ties="efron",
    ).fit(disp=False)
    answer = of_role(estimate_cause_specific_hazard(frame, HAZARD, quantity="hazard_ratio"), "answer")
    assert math.log(answer.value) == pytest.approx(by_statsmodels.params[0], abs=1e-4)


@pytest.mark.parametrize(
    ("ratio", "late_entry"),
    [(0.5, True), *(pytest.param(*more, marks=pytest.mark.slow) for more in ((0.5, False), (1.0, True)))],
)
def test_truth_is_recovered_in_spite_of_death_censoring_and_late_entry(ratio, late_entry):
    found = estimate_cause_specific_hazard(
        lives(n=6_000, seed=2, ratio=ratio, late_entry=late_entry), HAZARD, quantity="hazard_ratio"
    )
    answer, naive = of_role(found, "answer"), of_role(found, "naive")
    assert answer.low <= ratio <= answer.high
    assert naive.value > 1.1 * ratio, "the exposed are of the kind that leaves"


def test_strata_have_hazards_of_their_own():
    frame = lives(n=4_000, seed=3)
    table = frame.table
    kind = table["x_kind"].map({0.0: "a", 1.0: "b"})
    stratified = a_frame("spells", **table.drop(columns=["unit_id", "x_kind"]), stratum=kind)
    answer = of_role(estimate_cause_specific_hazard(stratified, HAZARD, quantity="hazard_ratio"), "answer")
    assert answer.low <= 0.5 <= answer.high


@pytest.mark.parametrize(("by_calendar", "words"), [(False, "over the age of the spell"), (True, "over the calendar")])
def test_assumptions_name_the_clock_of_the_frame(by_calendar, words):
    frame = lives(300, late_entry=True)
    ages = np.log(1 + frame.table["entry_years"])
    frame = replace(frame, table=frame.table.assign(**{LOG_AGE: ages})) if by_calendar else frame
    assumptions = of_role(estimate_cause_specific_hazard(frame, HAZARD, quantity="hazard_ratio"), "answer").assumptions
    assert [words in text for text in assumptions] == [False, False, True]


def test_copies_of_a_customer_add_no_precision():
    frame = lives(n=800, seed=4)
    table = frame.table.loc[np.repeat(range(len(frame.table)), 4)].rename(columns={"unit_id": "cluster"})
    copies = a_frame("spells", **{c: table[c].to_numpy() for c in table})
    alone, together = (
        of_role(estimate_cause_specific_hazard(f, HAZARD, quantity="hazard_ratio"), "answer") for f in (frame, copies)
    )
    assert together.n == len(frame.table)
    # Ties are handled approximately, hence not to the last digit.
    assert math.log(together.high / together.low) == pytest.approx(math.log(alone.high / alone.low), rel=0.05)


def test_only_the_crude_ratio_where_the_source_cannot_answer():
    assert [
        e.role for e in estimate_cause_specific_hazard(lives(), HAZARD, quantity="hazard_ratio", adjusted=False)
    ] == ["naive"]


@pytest.mark.parametrize(
    ("frame", "options", "error", "message"),
    [
        (lives(n=25), {}, FrameMistake, "at least 30 spells must have ended by leaving"),
        (lives(), {"term": "x_bound"}, FrameMistake, "covariate `x_bound` must be there; it has x_exposed, x_kind"),
        (a_frame("spells", entry_years=0.0, duration_years=1.0, event=[1] * 60, x_exposed=1.0), {}, FrameMistake,
         "`x_exposed` must vary"),
    ],
)  # fmt: skip
def test_spells_that_cannot_answer_say_why(frame, options, error, message):
    with pytest.raises(error, match=message):
        estimate_cause_specific_hazard(frame, HAZARD, quantity="hazard_ratio", **options)


def test_other_scales_are_refused():
    with pytest.raises(ParameterMistake, match="on the scale 'hazard ratio'"):
        estimate_cause_specific_hazard(lives(), a_claim_on("gap", Scale.DIFFERENCE), quantity="gap")


def test_ratio_at_the_start_is_that_of_each_customer_where_the_quick_to_leave_go_first():
    """Exponential readiness to leave and a ratio of 0.5, followed to a cumulated hazard of 2: survivors' hazards are
    1 / (1 + H) and 0.5 / (1 + 0.5 H) (Vaupel, Manton & Stallard 1979), a ratio of 0.75 at H = 2; plain Cox lies between.
    """
    rng = np.random.default_rng(1)
    exposed = (rng.random(4_000) < 0.5).astype(float)
    leave = rng.exponential(1.0, 4_000) / (0.5 * rng.exponential(1.0, 4_000) * 0.5**exposed)
    end = np.ceil(12 * np.minimum(leave, 4.0)) / 12  # months: few distinct days to leave on
    frame = a_frame(
        "spells", entry_years=np.zeros(4_000), duration_years=end, event=(leave < 4).astype(int), x_exposed=exposed
    )
    start, whole = (
        of_role(estimate_cause_specific_hazard(frame, HAZARD, quantity="hazard_ratio", at_start=at), "answer")
        for at in (True, False)
    )
    assert whole.low > 0.5
    assert start.low <= 0.5 <= start.high
    assert "at the start of the spells" in start.method
