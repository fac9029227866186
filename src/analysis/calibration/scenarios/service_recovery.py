"""Failures that are made good: the small ones first; and returns that a letter takes the credit for."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

LOSS = 0.25
"""Repurchase lost through a failure of mean severity that is not made good."""

RETURN_UNASKED = 0.03
"""Share of the dormant who return within the season without a letter."""


def draw_recovery(effect: float, n: int, seed: int) -> Frame:
    """Small failures are made good most easily, and worthy customers are looked after.

    Value v ~ N(0, 1). A failure is met with logit^-1(-0.2 + 0.5 v); its severity s is uniform on (-1, 1) about the mean, and it
    is made good with 0.5 - 0.4 s + 0.05 v (cut to 0.05..0.95).
    P(buys again) = 0.6 + 0.05 v  without a failure,  0.6 + 0.05 v - 0.25 - 0.2 s + 0.25 e [made good]  with one (v cut at
    two standard deviations).

    Truth: e, the share of the loss given back at equal value and severity. Naive (three plain means): too high, since those
    made good had the small failures.
    """
    return _failures("small_ones_mended", effect, n, seed)


def draw_recovery_unseen(effect: float, n: int, seed: int) -> Frame:
    """As `draw_recovery`, but the severity was not written down. Truth: e. The answer is too high like the naive number."""
    found = _failures("severity_unseen", effect, n, seed)
    return Frame(name=found.name, table=found.table.drop(columns="x_severity"), context=found.context)


def draw_recovery_tickets_missing(effect: float, n: int, seed: int) -> Frame:
    """As `draw_recovery`, but some failures that were not made good were never recorded: the customers gave up and
    left without a word.

    Of those not made good who will not buy again 25 % have no ticket and pass for customers without a failure.
    Truth: e. The group not made good looks better than it is, and the group without a failure worse.
    """
    found = _failures("tickets_missing", effect, n, seed)
    table = found.table.copy()
    rng = np.random.default_rng([seed, 1])
    silent = (table["dose"] == 0) & (table["outcome"] == 0) & (rng.random(len(table)) < 0.25)
    table.loc[silent, ["treated", "dose", "x_severity"]] = [0, np.nan, 0.0]
    return Frame(name=found.name, table=table, context=found.context)


def draw_returns(effect: float, n: int, seed: int) -> Frame:
    """All the dormant were written to; some would have returned by themselves.

    P(return) = 0.03 + e / 100. Truth: e points, what the letter adds (the counterfactual without it is 0.03). Naive (every
    return credited to the letter): e + 3. There is no answer: nobody was left without a letter.
    """
    rng = np.random.default_rng(seed)
    columns = {
        "unit_id": np.arange(n),
        "earlier": np.full(n, "bought"),
        "responded": (rng.random(n) < RETURN_UNASKED + effect / 100).astype(int),
    }
    return simulated_frame("offers", pd.DataFrame(columns), source="some_return_unasked", outcome="returned")


def _failures(name: str, effect: float, n: int, seed: int) -> Frame:
    rng = np.random.default_rng(seed)
    value = np.clip(rng.normal(size=n), -2.0, 2.0)
    failed = rng.random(n) < 1 / (1 + np.exp(0.2 - 0.5 * value))
    severity = np.where(failed, rng.uniform(-1.0, 1.0, n), 0.0)
    mended = failed & (rng.random(n) < np.clip(0.5 - 0.4 * severity + 0.05 * value, 0.05, 0.95))
    chance = 0.6 + 0.05 * value - failed * LOSS - 0.2 * severity + LOSS * effect * mended
    columns = {
        "unit_id": np.arange(n),
        "treated": failed.astype(int),
        "dose": np.where(failed, mended.astype(float), np.nan),
        "outcome": (rng.random(n) < chance).astype(float),
        "x_value": value,
        "x_severity": severity,
    }
    return simulated_frame("exposure", pd.DataFrame(columns), source=name, outcome="bought again")


_recovery_scenario = partial(
    Scenario,
    claim="recovery-restores-loyalty",
    quantity="share_of_loss_restored",
    frame="exposure",
    estimator="observational.recovery_share:estimate_recovery_share",
    n=2_000,
    trap="small failures are made good most easily",
)

SCENARIOS = (
    _recovery_scenario(name="small_ones_mended", draw=draw_recovery),
    _recovery_scenario(name="severity_unseen", draw=draw_recovery_unseen, broken="severity was not written down"),
    _recovery_scenario(
        name="tickets_missing",
        draw=draw_recovery_tickets_missing,
        broken="customers who gave up left no ticket and pass for customers without a failure",
    ),
    Scenario(
        name="some_return_unasked",
        claim="reactivation-pays",
        quantity="return_difference",
        frame="offers",
        estimator="observational.raw_share:estimate_raw_share",
        draw=draw_returns,
        n=4_000,
        trap="some of the dormant return by themselves, and the letter is credited with them",
        options={"quantity": "return_difference"},
    ),
)
