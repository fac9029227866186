"""Every estimator of the studies at ten times the rows: memory and work grow about ten times, not a hundred."""

from __future__ import annotations

import sys
import time
import tracemalloc
import warnings

import pytest

from analysis.calibration.scenarios import all_scenarios
from analysis.calibration.trials import effect_at, estimator_named
from analysis.core.results import Estimate
from analysis.register.claims import load_register
from analysis.verdicts.studies import STUDIES

FEW, MANY = 10_000, 100_000
"""Customers, or rows where a customer is several rows."""

MEMORY_RATIO, TIME_RATIO = 20, 40
"""At ten times the rows; sorting takes a little more, garbage goes sooner or later, times are noisy: the square is a hundred."""

LEAST_MB, LEAST_SECONDS = 2.0, 0.05
"""What is smaller at the small size is taken for this: imports and constants, no growth."""

OTHERS = {
    "survival.cause_specific_hazard:estimate_cause_specific_hazard": "quick_leavers_go_first",
}
"""Scenarios that ask more of an estimator than its first one in the catalogue does."""

AGGREGATES = {
    "aggregate.churn_gap:estimate_churn_gap": "one row an industry and year, published",
    "aggregate.cost_ratio:estimate_cost_ratio": "one row a month",
    "aggregate.diffusion:estimate_imitation": "one row a period",
    "aggregate.growth_accounting:estimate_growth_accounting": "one row a month",
    "aggregate.growth_across:estimate_growth_across": "one row a firm",
    "aggregate.panel_mean:estimate_panel_mean": "one row an answer of a published panel; a mean",
    "aggregate.queue_simulation:estimate_queue_simulation": "one row a stated queue; it makes its own customers",
    "aggregate.revenue_stability:estimate_revenue_stability": "one row a month and group",
    "observational.valence_growth:estimate_review_elasticity": "one row a shop; the fit of estimate_valence_slopes",
    "survival.leverage_accounts:estimate_leverage_accounts": "one row a month",
    "survival.leverage_histories:estimate_leverage_summary": "its fits collapse equal histories; the bench times them at "
    "1,000,000 customers (its scenarios draw a repeat on the first day where there are many, which it refuses)",
}
"""Estimators that are not run here, and why: most have rows that do not grow with customers."""


SMALLER = {
    "quasi_experimental.regression_discontinuity:estimate_discontinuity_difference": 20,
    "quasi_experimental.tier_cutoff:estimate_tier_cutoff": 20,
}
"""Estimators at so many times fewer rows: rdrobust goes through its neighbours in plain Python, row by row."""

TARGETS = {study.target for study in STUDIES.values()}


def scenarios():
    first = {s.estimator: s for s in reversed(all_scenarios())}
    named = {s.name: s for s in all_scenarios()}
    return [named[OTHERS[e]] if e in OTHERS else first[e] for e in sorted(TARGETS - set(AGGREGATES))]


def used(scenario, n: int) -> tuple[float, float]:
    """Peak megabytes that the estimator holds at once beside its frame, and seconds of the processor."""
    claim, estimator = load_register()[scenario.claim], estimator_named(scenario.estimator)
    frame = scenario.draw(effect_at(scenario, "smallest"), n, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tracemalloc.start()
        before = time.process_time()
        try:
            found = estimator(frame, claim, **scenario.options)
            seconds = time.process_time() - before
            megabytes = tracemalloc.get_traced_memory()[1] / 1e6
        finally:
            tracemalloc.stop()
    assert all(isinstance(e, Estimate) for e in found)
    return megabytes, seconds


def test_every_estimator_is_run_or_named_with_a_reason():
    assert set(AGGREGATES) <= TARGETS
    assert {s.estimator for s in scenarios()} | set(AGGREGATES) == TARGETS


@pytest.mark.slow
@pytest.mark.parametrize("scenario", scenarios(), ids=lambda s: s.estimator.split(":")[1])
def test_memory_and_work_grow_with_rows_and_not_with_their_square(scenario):
    rows = len(scenario.draw(effect_at(scenario, "smallest"), scenario.n, 1).table)
    rows = max(rows, scenario.n) * SMALLER.get(scenario.estimator, 1)
    used(scenario, scenario.n)  # imports
    (few, short), (many, long) = (used(scenario, n * scenario.n // rows) for n in (FEW, MANY))
    sys.stdout.write(f"{few:.1f} and {many:.1f} MB, {short:.2f} and {long:.2f} s\n")
    assert many < MEMORY_RATIO * max(few, LEAST_MB)
    assert long < TIME_RATIO * max(short, LEAST_SECONDS)
