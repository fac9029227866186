"""Campaigns drawn at random: the effect of assignment on shares, ratios and amounts, and what a naive analyst sees instead.

In every scenario z ~ Bernoulli(1/2) is drawn at random and e is the effect.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.core.vocabulary import Design
from analysis.frames import Frame

EFFECT = "randomised.intention_to_treat:estimate_intention_to_treat"


def draw_return_after_letter(effect: float, n: int, seed: int) -> Frame:
    """Dormant customers return by themselves too.

    P(return) = 0.06 + e / 100 z. Truth: e points. Naive: the share of the contacted who return, 6 + e points, all of it
    credited to the letter.
    """
    rng, z = _randomise(n, seed)
    outcome = rng.random(n) < 0.06 + effect / 100 * z
    return _frame("return_after_letter", z, outcome)


def raw_share(frame: Frame) -> tuple[float, float, float]:
    """Share of the treated who did it, in points, with Wilson's interval: every one of them credited to the letter."""
    from statsmodels.stats.proportion import proportion_confint

    outcome = frame.table.loc[frame.table["assigned"] == 1, "outcome"]
    low, high = proportion_confint(int(outcome.sum()), len(outcome), method="wilson")
    return 100 * float(outcome.mean()), 100 * float(low), 100 * float(high)


def draw_churn_after_call(effect: float, n: int, seed: int) -> Frame:
    """Customers are called before they leave; the call answers to those who are at home, who stay anyway.

    a ~ Bernoulli(1/2) is at home, P(leave) = 0.16 - 0.10 a + e / 100 z, received = z a. Truth: e points over all.
    Naive: those who took the call less all others, too low by about 8 points.
    """
    rng, z = _randomise(n, seed)
    at_home = rng.random(n) < 0.5
    outcome = rng.random(n) < 0.16 - 0.10 * at_home + effect / 100 * z
    return _frame("churn_after_call", z, outcome, received=(z * at_home).astype(int))


def by_receipt(frame: Frame) -> tuple[float, float, float]:
    """Those reached less all others, in points, with the plain interval of two shares."""
    table = frame.table
    reached, others = (table.loc[table["received"] == r, "outcome"] for r in (1, 0))
    gap = float(reached.mean() - others.mean())
    half = 1.96 * math.sqrt(float(reached.var() / len(reached) + others.var() / len(others)))
    return 100 * gap, 100 * (gap - half), 100 * (gap + half)


def draw_survey_ratio(effect: float, n: int, seed: int) -> Frame:
    """Those who answer surveys are the loyal ones.

    a ~ Bernoulli(0.4) would answer, P(leave) = (0.24 - 0.15 a) e^z, received = z a. Truth: the ratio e.
    Naive: churn of those who answered over churn of those left alone, about half of e.
    """
    rng, z = _randomise(n, seed)
    answers = rng.random(n) < 0.4
    outcome = rng.random(n) < (0.24 - 0.15 * answers) * effect**z
    return _frame("survey_answered_by_the_loyal", z, outcome, received=(z * answers).astype(int))


def answered_over_alone(frame: Frame) -> tuple[float, float, float]:
    """Churn of those who answered over churn of those left alone, logarithmic interval."""
    table = frame.table
    answered = table.loc[table["received"] == 1, "outcome"]
    alone = table.loc[table["assigned"] == 0, "outcome"]
    one, other = float(answered.mean()), float(alone.mean())
    half = 1.96 * math.sqrt((1 - one) / (one * len(answered)) + (1 - other) / (other * len(alone)))
    return one / other, one / other * math.exp(-half), one / other * math.exp(half)


def draw_visits_by_stratum(effect: float, n: int, seed: int) -> Frame:
    """Messages drawn at random within strata, the effect twice as large in one as in the other.

    Strata A and B in shares 0.6 and 0.4, treated in shares 0.5 and 0.8, P(visit) = 0.10 in A and 0.25 in B,
    plus e_s / 100 z with e_A = 2 d, e_B = d and 0.6 e_A + 0.4 e_B = e. Truth: e points over all.
    Naive: the arms compared without their strata, too high since the eager stratum B was treated more often.
    """
    rng = np.random.default_rng(seed)
    b = rng.random(n) < 0.4
    z = (rng.random(n) < np.where(b, 0.8, 0.5)).astype(int)
    step = effect / 1.6
    outcome = rng.random(n) < np.where(b, 0.25, 0.10) + np.where(b, step, 2 * step) / 100 * z
    return _frame("visits_by_stratum", z, outcome, stratum=np.where(b, "B", "A"))


def without_strata(frame: Frame) -> tuple[float, float, float]:
    """The arms compared as if the randomisation had been the same for all, in points."""
    return by_receipt(replace(frame, table=frame.table.assign(received=frame.table["assigned"])))


def draw_clustered(effect: float, n: int, seed: int) -> Frame:
    """Shops are drawn at random, not customers.

    30 shops, half of them treated, P(stay) = 0.6 + u_shop + e / 100 z, u ~ uniform(-0.1, 0.1). Truth: e points.
    Naive: customers counted as if each had been drawn, whose interval is too narrow by sqrt(1 + (m - 1) rho).
    """
    return _clustered("lot_of_shops", effect, n, seed, shops=30)


def draw_few_clusters(effect: float, n: int, seed: int) -> Frame:
    """As `draw_clustered` with 12 shops, of which 4 are treated: what a pilot in a few shops looks like."""
    return _clustered("lot_of_few_shops", effect, n, seed, shops=12, treated=4)


def draw_spend(effect: float, n: int, seed: int) -> Frame:
    """Spend with many zeros and a tail as shops have it.

    spend = B G with B ~ Bernoulli(0.3), G ~ gamma(shape 2, mean 50), times 1 + e / 100 if z. Truth: e per cent.
    """
    return _spend("spend_with_zeros", effect, n, seed, heavy=False)


def draw_heavy_spend(effect: float, n: int, seed: int) -> Frame:
    """As `draw_spend` with G ~ Pareto (tail index 2.2): few customers carry the mean, whose normal limit is far off."""
    return _spend("spend_with_heavy_tails", effect, n, seed, heavy=True)


def draw_spend_gain(effect: float, n: int, seed: int) -> Frame:
    """Amounts in currency: spend = B (G + e / 0.3 z), B ~ Bernoulli(0.3), G ~ gamma(shape 2, mean 4).

    Truth: e currency units a customer.
    """
    rng, z = _randomise(n, seed)
    buys = rng.random(n) < 0.3
    outcome = buys * (rng.gamma(2.0, 2.0, n) + effect / 0.3 * z)
    return _frame("spend_gain", z, outcome)


def draw_spill_over(effect: float, n: int, seed: int) -> Frame:
    """The treated tell their friends: half of the effect reaches a friend who was left alone.

    Pairs of friends, P(stay) = 0.6 + e / 100 z + e / 200 (1 - z) z_friend. Truth: e points, everyone treated against
    nobody. The answer sees 3 / 4 of e, since half of the friends of those left alone are treated.
    """
    rng, z = _randomise(n, seed)
    friend = np.roll(z.reshape(-1, 2), 1, axis=1).ravel()
    outcome = rng.random(n) < 0.6 + effect / 100 * z + effect / 200 * (1 - z) * friend
    return _frame("friends_spill_over", z, outcome)


def _clustered(name: str, effect: float, n: int, seed: int, *, shops: int, treated: int | None = None) -> Frame:
    rng = np.random.default_rng(seed)
    shop = np.arange(n) % shops
    drawn = np.zeros(shops, dtype=int)
    drawn[rng.permutation(shops)[: treated or shops // 2]] = 1
    z = drawn[shop]
    level = rng.uniform(-0.1, 0.1, shops)[shop]
    outcome = rng.random(n) < 0.6 + level + effect / 100 * z
    return _frame(name, z, outcome, cluster=shop)


def _spend(name: str, effect: float, n: int, seed: int, *, heavy: bool) -> Frame:
    rng, z = _randomise(n, seed)
    amount = 20.0 * (1 + rng.pareto(2.2, n)) if heavy else rng.gamma(2.0, 25.0, n)
    outcome = (rng.random(n) < 0.3) * amount * (1 + effect / 100 * z)
    return _frame(name, z, outcome)


def _randomise(n: int, seed: int) -> tuple[np.random.Generator, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    return rng, rng.permutation(np.arange(n) % 2)


def _frame(name: str, z: NDArray[np.int64], outcome: NDArray, **more: NDArray) -> Frame:
    table: pd.DataFrame = pd.DataFrame(
        {
            "unit_id": np.arange(len(z)),
            "arm": np.where(z == 1, "treated", "control"),
            "assigned": z,
            "outcome": outcome.astype(float),
            **more,
        }
    )
    return simulated_frame("experiment", table, source=name, design=Design.RANDOMISED)


SCENARIOS = (
    Scenario(
        name="return_after_letter",
        claim="reactivation-pays",
        quantity="return_difference",
        frame="experiment",
        estimator=EFFECT,
        draw=draw_return_after_letter,
        n=4_000,
        trap="some of the dormant return by themselves, and a letter is credited with them",
        options={"quantity": "return_difference"},
        naive=raw_share,
    ),
    Scenario(
        name="churn_after_call",
        claim="proactive-contact-reduces-churn",
        quantity="churn_difference",
        frame="experiment",
        estimator=EFFECT,
        draw=draw_churn_after_call,
        n=4_000,
        trap="those who can be reached are those who stay",
        options={"quantity": "churn_difference"},
        naive=by_receipt,
    ),
    Scenario(
        name="survey_answered_by_the_loyal",
        claim="asking-feedback-retains",
        quantity="churn_ratio",
        frame="experiment",
        estimator=EFFECT,
        draw=draw_survey_ratio,
        n=3_000,
        trap="those who answer surveys are the loyal ones",
        options={"quantity": "churn_ratio"},
        naive=answered_over_alone,
    ),
    Scenario(
        name="visits_by_stratum",
        claim="personalisation-lifts-response",
        quantity="visit_lift",
        frame="experiment",
        estimator=EFFECT,
        draw=draw_visits_by_stratum,
        n=3_000,
        trap="the eager stratum was treated more often",
        options={"quantity": "visit_lift"},
        naive=without_strata,
    ),
    Scenario(
        name="lot_of_shops",
        claim="gamification-retains",
        quantity="retention_difference",
        frame="experiment",
        estimator=EFFECT,
        draw=draw_clustered,
        n=1_800,
        trap="shops were drawn, and customers are counted as if each had been",
        options={"quantity": "retention_difference"},
        naive=without_strata,
    ),
    Scenario(
        name="lot_of_few_shops",
        claim="easy-consistent-service-retains",
        quantity="retention_difference",
        frame="experiment",
        estimator=EFFECT,
        draw=draw_few_clusters,
        n=1_200,
        trap="shops were drawn, and customers are counted as if each had been",
        options={"quantity": "retention_difference"},
        naive=without_strata,
    ),
    Scenario(
        name="spend_with_zeros",
        claim="exclusive-access-retains",
        quantity="spend_change",
        frame="experiment",
        estimator=EFFECT,
        draw=draw_spend,
        n=2_000,
        options={"quantity": "spend_change"},
    ),
    Scenario(
        name="spend_with_heavy_tails",
        claim="online-relationships-retain",
        quantity="spend_change",
        frame="experiment",
        estimator=EFFECT,
        draw=draw_heavy_spend,
        n=400,
        broken="the mean of a sample is near normal: few customers carry half of the revenue",
        options={"quantity": "spend_change"},
    ),
    Scenario(
        name="spend_gain",
        claim="personalisation-lifts-response",
        quantity="spend_lift",
        frame="experiment",
        estimator=EFFECT,
        draw=draw_spend_gain,
        n=2_000,
        options={"quantity": "spend_lift"},
    ),
    Scenario(
        name="friends_spill_over",
        claim="online-relationships-retain",
        quantity="retention_difference",
        frame="experiment",
        estimator=EFFECT,
        draw=draw_spill_over,
        n=20_000,
        broken="units do not affect one another: referred customers pass the effect on to friends left alone",
        options={"quantity": "retention_difference"},
        effects={"size": 10.0},
    ),
)
