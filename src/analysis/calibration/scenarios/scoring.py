"""Scores given before and outcomes after: what a score tells, what a leak adds, and how much silence tells by itself.

Scores are binormal: s = d y + N(0, 1) with the outcome y ~ Bernoulli(p); the area under the curve is Phi(d / sqrt 2).
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm, rankdata

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

SCORES = "prediction.discrimination:estimate_discrimination"
SHARE = 0.3
"""Share of customers with the outcome."""
TOP = 0.1
"""Share of customers whom a lift looks at."""


def distance(area: float) -> float:
    """Distance d between the two normal scores that gives this area under the curve.

    Examples
    --------
    >>> round(distance(0.5), 6), round(distance(0.7602499), 4)
    (0.0, 1.0)
    """
    return math.sqrt(2) * float(norm.ppf(area))


def draw_area(effect: float, n: int, seed: int, *, name: str = "score_before_outcome") -> Frame:
    """A score and whether the customer bought again. Truth: the area e."""
    _, outcome, score = _binormal(distance(effect), n, seed)
    return _frame(name, outcome, score)


def draw_leaking_score(effect: float, n: int, seed: int) -> Frame:
    """A risk score made before, and one with a feature that is known only after the customer left.

    The score has area e, the rival column holds the score + 1.5 y. Truth: e. Naive: the area of the leaking score.
    """
    _, outcome, score = _binormal(distance(effect), n, seed)
    return _frame("leaking_score", outcome, score, rival_score=score + 1.5 * outcome)


def leaking_area(frame: Frame) -> tuple[float, float, float]:
    """Area of the leaking score by pairs, with the interval of Hanley & McNeil (1982, Radiology 143, 29-36)."""
    table = frame.table
    outcome = table["outcome"].to_numpy() == 1
    m, n = int(outcome.sum()), int((~outcome).sum())
    area = (rankdata(table["rival_score"])[outcome].sum() - m * (m + 1) / 2) / (m * n)
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    error = math.sqrt((area * (1 - area) + (m - 1) * (q1 - area**2) + (n - 1) * (q2 - area**2)) / (m * n))
    return area, area - 1.96 * error, area + 1.96 * error


def draw_several_scores_a_customer(effect: float, n: int, seed: int) -> Frame:
    """Four scores of every customer, alike in part: s = d y + sqrt(0.6) u_customer + sqrt(0.4) N(0, 1), y the customer's.

    Truth: the area e.
    """
    rng = np.random.default_rng(seed)
    customers = n // 4
    outcome = np.repeat((rng.random(customers) < SHARE).astype(int), 4)
    leaning = np.repeat(rng.normal(size=customers), 4)
    score = distance(effect) * outcome + math.sqrt(0.6) * leaning + math.sqrt(0.4) * rng.normal(size=len(outcome))
    return _frame("several_scores_a_customer", outcome, score, cluster=np.repeat(np.arange(customers), 4))


def draw_rank_correlation(effect: float, n: int, seed: int) -> Frame:
    """A score whose rank correlation with the outcome is e.

    With outcome share p, Spearman's correlation of a continuous score and a 0/1 outcome without ties in the score is
    (A - 1/2) sqrt(12 p (1 - p)), A the area: cov(F(s), y) = p (1 - p) (A - 1/2), and F(s) has variance 1/12. d follows
    from A. Ranks of the outcome are a linear map of it. Truth: e.
    """
    return draw_area(
        0.5 + effect / math.sqrt(12 * SHARE * (1 - SHARE)), n, seed, name="rank_correlation_with_repurchase"
    )


def draw_gain_over_rule(effect: float, n: int, seed: int) -> Frame:
    """A score against the plain rule: the rule has area 0.7, the score 0.7 + e; they share half of their noise.

    Truth: e.
    """
    rng = np.random.default_rng(seed)
    outcome = (rng.random(n) < SHARE).astype(int)
    both = math.sqrt(0.5) * rng.normal(size=n)
    own = [math.sqrt(0.5) * rng.normal(size=n) for _ in range(2)]
    score = distance(0.7 + effect) * outcome + both + own[0]
    return _frame("gain_over_plain_rule", outcome, score, rival_score=distance(0.7) * outcome + both + own[1])


def draw_lift(effect: float, n: int, seed: int) -> Frame:
    """A score drawn at the area e; its lift follows (`lift_at`)."""
    return draw_area(effect, n, seed, name="lift_of_top_tenth")


def lift_at(area: float) -> float:
    """Lift of the top tenth of binormal scores with this area: P(s > c | y = 1) / 0.1, c the score's ninth decile.

    Examples
    --------
    >>> round(lift_at(0.5), 6)
    1.0
    """
    d = distance(area)
    cut = brentq(lambda c: SHARE * norm.sf(c - d) + (1 - SHARE) * norm.sf(c) - TOP, -5.0, 10.0)
    return float(norm.sf(cut - d)) / TOP


def draw_promoters(effect: float, n: int, seed: int) -> Frame:
    """Promoters (9 or 10) and others: P(refer) = 0.05 + e / 100 for those who score 9 or 10. Truth: e points."""
    rng = np.random.default_rng(seed)
    score = rng.choice(11, n, p=[0.02] * 6 + [0.06, 0.14, 0.24, 0.22, 0.22])
    outcome = (rng.random(n) < 0.05 + effect / 100 * (score >= 9)).astype(int)
    return _frame("promoters_refer", outcome, score.astype(float))


def _binormal(d: float, n: int, seed: int) -> tuple[np.random.Generator, NDArray[np.int64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    outcome = (rng.random(n) < SHARE).astype(np.int64)
    return rng, outcome, d * outcome + rng.normal(size=n)


def _frame(name: str, outcome: NDArray, score: NDArray, **more: NDArray) -> Frame:
    table = pd.DataFrame({"unit_id": np.arange(len(outcome)), "score": score, "outcome": outcome, **more})
    return simulated_frame("scores", table, source=name)


_score_scenario = partial(Scenario, frame="scores", estimator=SCORES)

SCENARIOS = (
    _score_scenario(
        name="score_before_outcome",
        claim="nps-marks-loyalty",
        quantity="repurchase_auc",
        draw=draw_area,
        n=400,
        options={"quantity": "repurchase_auc"},
    ),
    _score_scenario(
        name="leaking_score",
        claim="churn-is-predictable",
        quantity="auc",
        draw=draw_leaking_score,
        n=400,
        trap="a feature known only after leaving makes a score look better than any that could be used",
        options={"quantity": "auc"},
        naive=leaking_area,
    ),
    _score_scenario(
        name="several_scores_a_customer",
        claim="churn-is-predictable",
        quantity="auc",
        draw=draw_several_scores_a_customer,
        n=1_200,
        options={"quantity": "auc"},
    ),
    _score_scenario(
        name="rank_correlation_with_repurchase",
        claim="nps-marks-loyalty",
        quantity="repurchase_rank_correlation",
        draw=draw_rank_correlation,
        n=400,
        options={"quantity": "repurchase_rank_correlation"},
    ),
    _score_scenario(
        name="gain_over_plain_rule",
        claim="churn-is-predictable",
        quantity="auc_gain_over_recency",
        draw=draw_gain_over_rule,
        n=600,
        options={"quantity": "auc_gain_over_recency"},
    ),
    _score_scenario(
        name="lift_of_top_tenth",
        claim="churn-is-predictable",
        quantity="top_tenth_lift",
        draw=draw_lift,
        n=1_000,
        options={"quantity": "top_tenth_lift"},
        effects={"null": 0.5, "smallest": 0.65, "size": 0.75},
        truth=lift_at,
    ),
    _score_scenario(
        name="promoters_refer",
        claim="satisfied-customers-refer",
        quantity="promoter_referral_gap",
        draw=draw_promoters,
        n=1_000,
        options={"quantity": "promoter_referral_gap"},
    ),
)
