"""Customers who met something or not, without randomisation: who meets it differs from who does not, in ways measured or not.

In every scenario x ~ N(0, 1) is what moves both, logit P(t = 1) = a + b x, and e is the effect.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

EXPOSURE = "observational.doubly_robust:estimate_doubly_robust"


def draw_failures_meet_heavy_users(effect: float, n: int, seed: int) -> Frame:
    """Heavy users meet more failures, and leave less.

    x is use, logit P(t = 1) = -0.7 + 0.9 x, P(leave) = logit^-1(-1.4 - 0.7 x), raised by e / 100 where t = 1.
    Truth: e points. Naive: too low by the difference in use, about 10 points: failures seem to keep customers.
    """
    return _shares("failures_meet_heavy_users", effect, n, seed, meet=(-0.7, 0.9), leave=(-1.4, -0.7))


def draw_failures_odds(effect: float, n: int, seed: int) -> Frame:
    """As `draw_failures_meet_heavy_users` with logit P(leave) = -1.4 - 0.7 x + ln(e) t. Truth: the odds ratio e at equal x."""
    rng, x, t = _met(n, seed, -0.7, 0.9)
    outcome = rng.random(n) < _logistic(-1.4 - 0.7 * x + math.log(effect) * t)
    return _frame("failures_odds", t, outcome, x)


def draw_use_not_measured(effect: float, n: int, seed: int) -> Frame:
    """As `draw_failures_meet_heavy_users`, but use is not in the table; another trait that moves nothing is.

    Truth: e. Answer and naive number lie below it alike.
    """
    found = _shares("use_not_measured", effect, n, seed, meet=(-0.7, 0.9), leave=(-1.4, -0.7))
    other = np.random.default_rng([seed, 1]).normal(size=n)
    return Frame(name=found.name, table=found.table.assign(x_1=other), context=found.context)


def draw_hard_problems(effect: float, n: int, seed: int) -> Frame:
    """Hard problems are seldom solved at first contact and drive people away by themselves.

    x is severity, logit P(solved) = 0.8 - 0.9 x, P(leave) = logit^-1(-1.6 + 0.8 x), plus e / 100 where solved.
    Truth: e points. Naive: too far below nought.
    """
    return _shares("hard_problems_take_longer", effect, n, seed, meet=(0.8, -0.9), leave=(-1.6, 0.8))


def draw_severity_missing(effect: float, n: int, seed: int) -> Frame:
    """As `draw_hard_problems`, but the worst tickets were never filed: half of those with x > 0.5 that were not solved and
    ended in leaving are missing.

    Truth: e. The unsolved look milder than they were, and the answer is too high.
    """
    found = _shares("worst_tickets_not_filed", effect, n, seed, meet=(0.8, -0.9), leave=(-1.6, 0.8))
    table = found.table
    rng = np.random.default_rng([seed, 1])
    angry = (table["x_1"] > 0.5) & (table["treated"] == 0) & (table["outcome"] == 1)
    retained = table[~(angry & (rng.random(len(table)) < 0.5))].reset_index(drop=True)
    return Frame(name=found.name, table=retained, context=found.context)


def draw_retention_calls(effect: float, n: int, seed: int) -> Frame:
    """Who has made up his mind to leave calls, and the call is booked as a retention call.

    w ~ Bernoulli(0.15) wants to leave, P(call) = 0.05 + 0.5 w, P(leave) = 0.08 + 0.5 w + e / 100 t; w is not recorded, x is
    noise. Truth: e points. Answer and naive number alike are too high by the 25 to 30 points that the wish makes.
    """
    rng = np.random.default_rng(seed)
    wants = rng.random(n) < 0.15
    t = (rng.random(n) < 0.05 + 0.5 * wants).astype(int)
    outcome = rng.random(n) < 0.08 + 0.5 * wants + effect / 100 * t
    return _frame("retention_calls_come_late", t, outcome, rng.normal(size=n))


def draw_members_bought_more_before(effect: float, n: int, seed: int) -> Frame:
    """Heavy buyers join first.

    x is spend before, logit P(join) = -0.5 + 0.8 x, E[spend] = (100 + 25 x) (1 + e / 100 t), gamma of shape 2.
    (x is cut at +-3.) Truth: e per cent. Naive: too high by about 20 per cent.
    """
    rng, x, t = _met(n, seed, -0.5, 0.8)
    outcome = (100 + 25 * x) * (1 + effect / 100 * t) * rng.gamma(2.0, 0.5, n)
    return _frame("members_bought_more_before", t, outcome, x)


def draw_longer_time_to_refer(effect: float, n: int, seed: int) -> Frame:
    """Stayers have had more time to refer.

    x is the logarithm of tenure (centred), logit P(stay) = 0.5 + 1.3 x, P(refer) = 0.10 + 0.04 x + e / 100 t, x cut at +-2.
    Truth: e points. Naive: too high by about 4 points.
    """
    rng, x, t = _met(n, seed, 0.5, 1.3, cut=2.0)
    outcome = rng.random(n) < 0.10 + 0.04 * x + effect / 100 * t
    return _frame("longer_time_to_refer", t, outcome, x)


def draw_customers_with_several_rows(effect: float, n: int, seed: int) -> Frame:
    """Renewals of the same customers: three rows each, with a leaning of the customer's own.

    As `draw_failures_odds` with logit P(lapse) = -0.8 - 0.6 x + ln(e) t: holders of several products are those who trust
    the insurer (x). Rows of a customer share x and t, and the outcome of two of the three is one and the same.
    Truth: the odds ratio e. Naive: too low, as trust goes with several products.
    """
    rng, x, t = _met(n // 3, seed, -0.2, 0.9)
    chance = _logistic(-0.8 - 0.6 * x + math.log(effect) * t)
    first = rng.random(len(x)) < chance
    last = rng.random(len(x)) < chance
    outcome = np.column_stack([first, first, last]).ravel()
    cluster = np.repeat(np.arange(len(x)), 3)
    return _frame("several_rows_a_customer", np.repeat(t, 3), outcome, np.repeat(x, 3), cluster=cluster)


def _shares(
    name: str, effect: float, n: int, seed: int, *, meet: tuple[float, float], leave: tuple[float, float]
) -> Frame:
    rng, x, t = _met(n, seed, *meet)
    chance = np.clip(_logistic(leave[0] + leave[1] * x), 0.02, 0.97)
    return _frame(name, t, rng.random(n) < np.clip(chance + effect / 100 * t, 0.0, 1.0), x)


def _met(
    n: int, seed: int, level: float, slope: float, cut: float = 3.0
) -> tuple[np.random.Generator, NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    x = np.clip(rng.normal(size=n), -cut, cut)
    return rng, x, (rng.random(n) < _logistic(level + slope * x)).astype(np.int64)


def _logistic(z: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1 / (1 + np.exp(-z))
    return found


def _frame(name: str, t: NDArray, outcome: NDArray, x: NDArray, **more: NDArray) -> Frame:
    table = pd.DataFrame(
        {"unit_id": np.arange(len(t)), "treated": t, "outcome": outcome.astype(float), "x_1": x, **more}
    )
    return simulated_frame("exposure", table, source=name)


def _scenario(
    name: str, draw: object, claim: str, quantity: str, n: int, *, trap: str = "", broken: str = ""
) -> Scenario:
    return Scenario(
        name=name,
        claim=claim,
        quantity=quantity,
        frame="exposure",
        estimator=EXPOSURE,
        draw=draw,  # type: ignore[arg-type]
        n=n,
        trap=trap,
        broken=broken,
        options={"quantity": quantity},
    )


SCENARIOS = (
    _scenario(
        "failures_meet_heavy_users",
        draw_failures_meet_heavy_users,
        "service-failure-drives-churn",
        "churn_difference",
        1_500,
        trap="heavy users meet more failures, and leave less",
    ),
    _scenario(
        "failures_odds",
        draw_failures_odds,
        "service-failure-drives-churn",
        "churn_odds_ratio",
        1_500,
        trap="heavy users meet more failures, and leave less",
    ),
    _scenario(
        "use_not_measured",
        draw_use_not_measured,
        "service-failure-drives-churn",
        "churn_difference",
        1_500,
        broken="everything that moves both is measured: use is not in the table",
    ),
    _scenario(
        "hard_problems_take_longer",
        draw_hard_problems,
        "first-contact-resolution-retains",
        "churn_difference",
        1_500,
        trap="hard problems take more contacts and drive people away by themselves",
    ),
    _scenario(
        "worst_tickets_not_filed",
        draw_severity_missing,
        "first-contact-resolution-retains",
        "churn_difference",
        1_500,
        broken="tickets are missing at random: those of the angriest leavers were never filed",
    ),
    _scenario(
        "retention_calls_come_late",
        draw_retention_calls,
        "proactive-contact-reduces-churn",
        "churn_difference",
        1_500,
        trap="who has made up his mind to leave calls, and the call is booked as a retention call",
        broken="the contact came before the wish to leave: it came after it, and the wish is not recorded",
    ),
    _scenario(
        "members_bought_more_before",
        draw_members_bought_more_before,
        "programme-raises-retention",
        "spend_change",
        1_000,
        trap="heavy buyers join first",
    ),
    _scenario(
        "longer_time_to_refer",
        draw_longer_time_to_refer,
        "satisfied-customers-refer",
        "stayer_referral_gap",
        2_000,
        trap="people of longer tenure have had more time to refer",
    ),
    _scenario(
        "several_rows_a_customer",
        draw_customers_with_several_rows,
        "lock-in-retains",
        "lapse_odds_ratio_several_products",
        1_500,
        trap="those who mean to stay take more products",
    ),
)
