"""Campaigns drawn at random that do not reach everybody, that work on some more than on others, or that come in kinds.

In every scenario z ~ Bernoulli(1/2) is drawn at random and e is the effect.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.core.vocabulary import Design
from analysis.frames import Frame

REACHED = "randomised.intention_to_treat:estimate_complier_effect"
REACH = {"quantity": "message_effect", "quantity_reached": "message_effect_on_reached"}
KINDS = 8
RISK_GROUPS = 10


def draw_message_reaches_some(effect: float, n: int, seed: int) -> Frame:
    """A message drawn at random reaches those who are in touch with the sender, who would act more often anyway.

    c ~ Bernoulli(0.4) is in touch, received = z c, P(act) = 0.30 + 0.25 c + e / 100 received. Truth: e points on those whom
    the randomisation made receive it. Naive: those reached less the others, too high by 0.25 times 3 / 4 or 19 points.
    """
    return _reached("message_reaches_some", effect, n, seed, reach=0.4)


def draw_message_rarely_arrives(effect: float, n: int, seed: int) -> Frame:
    """As `draw_message_reaches_some` with 3 in a hundred in touch: a weak instrument."""
    return _reached("message_rarely_arrives", effect, n, seed, reach=0.03)


def draw_message_seen_by_others(effect: float, n: int, seed: int) -> Frame:
    """As `draw_message_reaches_some`, but to be written to changes those it does not reach as well, by 2 points.

    Truth: e. The answer is too high by 2 / 0.4 or 5 points less 2, that is 0.02 (1 - 0.4) / 0.4 = 3 points.
    """
    return _reached("message_works_unread", effect, n, seed, reach=0.4, unread=0.02)


def _reached(name: str, effect: float, n: int, seed: int, *, reach: float, unread: float = 0.0) -> Frame:
    rng = np.random.default_rng(seed)
    z = rng.permutation(np.arange(n) % 2)
    in_touch = rng.random(n) < reach
    received = z * in_touch
    chance = 0.30 + 0.25 * in_touch + effect / 100 * received + unread * z * ~in_touch
    return _frame(name, z, rng.random(n) < chance, received=received.astype(int))


def draw_gap_among_the_riskiest(effect: float, n: int, seed: int) -> Frame:
    """The measure does more for the riskiest tenth, who stay less often whatever is done.

    r ~ uniform(0, 1), top = r > 0.9, P(stay) = 0.8 - 0.4 r + (0.02 + g top) z with the gap between the effect in the tenth
    and over all (1 - 0.1) g = e / 100. Truth: e points. Naive: how much less the riskiest do if left alone (18 points),
    taken for what the measure could win.
    """
    rng = np.random.default_rng(seed)
    z = rng.permutation(np.arange(n) % 2)
    risk = (rng.permutation(n) + 0.5) / n
    top = risk > 0.9
    chance = 0.8 - 0.4 * risk + (0.02 + effect / 90 * top) * z
    return _frame("gap_among_the_riskiest", z, rng.random(n) < chance, moderator=risk)


def draw_rank_of_risk_and_effect(effect: float, n: int, seed: int) -> Frame:
    """Ten groups of customers by risk; how well the measure works goes with the risk, or does not.

    Group g has the effect 0.12 (rho z_g + sqrt(1 - rho²) u_g), z_g the normal score of its risk, u_g ~ N(0, 1), cut at
    +-0.28; P(stay) = 0.5 - 0.2 r + effect / 2 with the randomisation (half of it each way). rho is set so that the rank correlation
    of a bivariate normal, (6 / pi) asin(rho / 2), is e. Truth: e. Noise in the groups pulls the answer a little to 0.
    """
    return _ranked("rank_of_risk_and_effect", effect, n, seed)


def draw_rank_in_noise(effect: float, n: int, seed: int) -> Frame:
    """As `draw_rank_of_risk_and_effect` with a tenth of the customers: the groups' effects are mostly noise."""
    return _ranked("rank_in_noise", effect, n, seed)


def _ranked(name: str, effect: float, n: int, seed: int) -> Frame:
    rng = np.random.default_rng(seed)
    z = rng.permutation(np.arange(n) % 2)
    group = np.arange(n) % RISK_GROUPS
    rho = 2 * math.sin(math.pi * effect / 6)
    scores = norm.ppf((np.arange(RISK_GROUPS) + 0.5) / RISK_GROUPS)
    scores = scores / scores.std()
    effects = np.clip(0.12 * (rho * scores + math.sqrt(1 - rho**2) * rng.normal(size=RISK_GROUPS)), -0.28, 0.28)
    risk = (group + 0.5) / RISK_GROUPS
    chance = 0.6 - 0.2 * risk + effects[group] * (z - 0.5)
    return _frame(name, z, rng.random(n) < chance, moderator=risk)


def draw_best_of_eight(effect: float, n: int, seed: int) -> Frame:
    """Eight kinds of programme, seven alike and one ahead by e points.

    P(stay) = 0.5 + e / 100 (kind = 1). Truth: e points, the best against the others. Naive: the kind that came out best,
    measured on the customers who made it come out best (winner's curse, above 0 even where all kinds are alike).
    """
    rng = np.random.default_rng(seed)
    kind = rng.permutation(np.arange(n) % KINDS)
    table = pd.DataFrame(
        {
            "unit_id": np.arange(n),
            "arm": np.array([f"kind {k + 1}" for k in range(KINDS)])[kind],
            "assigned": 1,
            "outcome": (rng.random(n) < 0.5 + effect / 100 * (kind == 0)).astype(float),
        }
    )
    return simulated_frame("experiment", table, source="best_of_eight_kinds", design=Design.RANDOMISED)


def _frame(name: str, z: np.ndarray, outcome: np.ndarray, **more: np.ndarray) -> Frame:
    table = pd.DataFrame(
        {
            "unit_id": np.arange(len(z)),
            "arm": np.where(z == 1, "treated", "control"),
            "assigned": z,
            "outcome": outcome.astype(float),
            **more,
        }
    )
    return simulated_frame("experiment", table, source=name, design=Design.RANDOMISED)


def _reach_scenario(name: str, draw: object, n: int, *, trap: str = "", broken: str = "") -> Scenario:
    return Scenario(
        name=name,
        claim="word-of-mouth-brings-customers",
        quantity="message_effect_on_reached",
        frame="experiment",
        estimator=REACHED,
        draw=draw,  # type: ignore[arg-type]
        n=n,
        trap=trap,
        broken=broken,
        options=REACH,
        effects={"size": 5.0},
    )


SCENARIOS = (
    _reach_scenario(
        "message_reaches_some",
        draw_message_reaches_some,
        3_000,
        trap="those whom a message reaches are in touch with the sender and act more often anyway",
    ),
    _reach_scenario(
        "message_rarely_arrives",
        draw_message_rarely_arrives,
        1_500,
        trap="those whom a message reaches are in touch with the sender and act more often anyway",
    ),
    _reach_scenario(
        "message_works_unread",
        draw_message_seen_by_others,
        20_000,
        broken="the randomisation works only through receipt: to be written to changes those it does not reach",
    ),
    Scenario(
        name="gap_among_the_riskiest",
        claim="targeting-risk-pays",
        quantity="effect_gap",
        frame="experiment",
        estimator="randomised.targeting:estimate_targeting",
        draw=draw_gap_among_the_riskiest,
        n=3_000,
        trap="how much less the riskiest do if left alone is taken for what the measure could win",
    ),
    Scenario(
        name="rank_of_risk_and_effect",
        claim="targeting-risk-pays",
        quantity="rank_agreement",
        frame="experiment",
        estimator="randomised.targeting:estimate_targeting",
        draw=draw_rank_of_risk_and_effect,
        n=12_000,
        effects={"size": 0.5},
    ),
    Scenario(
        name="rank_in_noise",
        claim="targeting-risk-pays",
        quantity="rank_agreement",
        frame="experiment",
        estimator="randomised.targeting:estimate_targeting",
        draw=draw_rank_in_noise,
        n=1_200,
        effects={"size": 0.5},
        broken="the groups' effects are known well: here they are mostly noise",
    ),
    Scenario(
        name="best_of_eight_kinds",
        claim="programme-type-matters",
        quantity="lead_of_best_type",
        frame="experiment",
        estimator="randomised.best_arm:estimate_best_arm",
        draw=draw_best_of_eight,
        n=1_600,
        trap="some kind always comes out best",
        effects={"size": 10.0},
    ),
)
