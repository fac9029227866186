"""What customers say: satisfaction against what they do later, drivers of trust, reasons for leaving, teams and staff."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

GRADES = np.arange(1, 11)
SHARES = np.array([2, 2, 3, 5, 8, 12, 18, 22, 16, 12]) / 100
MEAN = float(GRADES @ SHARES)
SPREAD = math.sqrt(float((GRADES - MEAN) ** 2 @ SHARES))
STAYING = 0.7

RESPONDENTS_PER_ANSWER = 0.5
"""Customers over answers in the scenario where customers answer twice."""

TRUST_TOGETHER = 0.6
"""Correlation of quality and good works as seen by respondents."""

WORKS_WEIGHT = 0.2

NAMED_OTHER = 0.4
"""Share of leavers who name neither the firm's failure nor a rival."""

N_CUSTOMERS_A_TEAM = 40


def draw_satisfaction(effect: float, n: int, seed: int) -> Frame:
    """Satisfaction from 1 to 10 and staying a year later; asked in the survey whether they will stay, people say what they
    feel.

    S takes 1..10 with the shares of a usual survey (mean 7.0);  P(stay | S) = 0.7 + c (S - mean), with c such that the
    correlation is e:  c = e sqrt(0.7 · 0.3) / sd(S).

    Truth: e by formula. Naive (satisfaction against the stated wish to stay, S plus the mood of the day): a correlation of
    0.9 whatever they do later.
    """
    rng = np.random.default_rng(seed)
    score, stays = _satisfied(rng, effect, n)
    return _scores("said_and_done", score, stays)


def naive_stated_wish(frame: Frame) -> tuple[float, float, float]:
    """Correlation of satisfaction with the wish to stay, which the same mood answers: grades plus a little noise.

    Returns
    -------
    tuple of float
        Value and Fisher's 95 % interval.
    """
    score = frame.table["score"].to_numpy(float)
    noise = np.random.default_rng(len(score)).normal(0.0, SPREAD / 2, len(score))
    r = float(np.corrcoef(score, score + noise)[0, 1])
    half = 1.959964 / math.sqrt(len(score) - 3)
    return r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def draw_satisfaction_twice(effect: float, n: int, seed: int) -> Frame:
    """As `draw_satisfaction`, each customer asked twice about one stay: the same outcome, a grade that seldom moves.

    Half as many customers as answers; the second grade is the first again in four cases of five, else drawn anew. Truth
    by formula: the first answers have correlation e, the second 0.8 e, both grades one distribution: 0.9 e together.
    """
    rng = np.random.default_rng(seed)
    customers = round(n * RESPONDENTS_PER_ANSWER)
    score, stays = _satisfied(rng, effect, customers)
    again = np.where(rng.random(customers) < 0.8, score, rng.choice(GRADES, customers, p=SHARES))
    return _scores(
        "asked_twice",
        np.concatenate([score, again]),
        np.concatenate([stays, stays]),
        np.concatenate([np.arange(customers)] * 2),
    )


def naive_answers_as_customers(frame: Frame) -> tuple[float, float, float]:
    """The same correlation with every answer taken for a customer of its own."""
    table = frame.table
    r = float(np.corrcoef(table["score"], table["outcome"])[0, 1])
    half = 1.959964 / math.sqrt(len(table) - 3)
    return r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def draw_silent_leavers(effect: float, n: int, seed: int) -> Frame:
    """As `draw_satisfaction`, but who is about to leave and content does not answer, nor do the discontent who stay.

    Those who leave answer with a chance of 0.9 - 0.07 S, those who stay with 0.2 + 0.07 S. Truth: e among all customers. The
    answers show more: silence depends on grade and outcome together.
    """
    rng = np.random.default_rng(seed)
    score, stays = _satisfied(rng, effect, 3 * n)
    answers = rng.random(3 * n) < np.where(stays == 1, 0.2 + 0.07 * score, 0.9 - 0.07 * score)
    retained = np.flatnonzero(answers)[:n]
    return _scores("silent_leavers", score[retained], stays[retained])


def draw_drivers(effect: float, n: int, seed: int) -> Frame:
    """Trust depends on quality and good works, which respondents see together.

    q and w are normal with correlation 0.6, in standard deviations;  trust = (0.2 + e) q + 0.2 w + noise, the noise such
    that trust has variance 1. Each index is the mean of two items that err by the same amount to both sides.

    Truth: e, the difference of standardised weights. Naive (difference of plain correlations): (1 - 0.6) e, since each
    borrows from the other.
    """
    return _drivers("seen_together", effect, n, seed, halo=0.0)


def draw_drivers_halo(effect: float, n: int, seed: int) -> Frame:
    """As `draw_drivers`, but one mood answers good works and trust alike: both get the same further noise of variance 0.5.

    Truth: e, for the trust that was there before the mood. The answer credits the mood to good works.
    """
    return _drivers("one_mood", effect, n, seed, halo=0.5)


def draw_reasons(effect: float, n: int, seed: int) -> Frame:
    """Leavers name one main reason; four in ten name neither the firm's failure nor a rival.

    Shares: failure 0.3 + e / 200, offer and price together 0.3 - e / 200, other 0.4.

    Truth: e points. Naive (other reasons left out of the base): e / 0.6, right at 0 only.
    """
    return _reasons("other_reasons_dropped", effect, n, seed, silence=0.0)


def draw_reasons_silent(effect: float, n: int, seed: int) -> Frame:
    """As `draw_reasons`, but half of those whom a rival drew away do not say so: they answer nothing.

    Truth: e among all leavers. The answer is too high, because silence goes with the reason.
    """
    return _reasons("silent_about_rivals", effect, n, seed, silence=0.5)


def draw_teams(effect: float, n: int, seed: int) -> Frame:
    """Good staff sit in good places; customers of a team share its luck.

    `n` customers in teams of forty, half of the teams rated high. Place z of a team ~ N(high, 0.5), wealth of a customer
    x ~ N(z, 1);  P(stay) = 0.55 + e / 100 · high + 0.06 x + u, u ~ N(0, 0.05) a team's luck.

    Truth: e points at equal wealth. Naive (customers as if independent, nothing held equal): e + 6, with an interval that
    knows nothing of teams.
    """
    rng = np.random.default_rng(seed)
    teams = max(10, n // N_CUSTOMERS_A_TEAM)
    high = np.arange(teams) % 2
    place, luck = rng.normal(high, 0.5), rng.normal(0.0, 0.05, teams)
    team = np.repeat(np.arange(teams), N_CUSTOMERS_A_TEAM)
    wealth = rng.normal(place[team], 1.0)
    chance = np.clip(0.55 + effect / 100 * high[team] + 0.06 * wealth + luck[team], 0.0, 1.0)
    columns = {
        "unit_id": np.arange(len(team)),
        "treated": high[team],
        "outcome": (rng.random(len(team)) < chance).astype(float),
        "cluster": team,
        "x_wealth": wealth,
    }
    return simulated_frame("exposure", pd.DataFrame(columns), source="good_places", outcome="stayed a year")


def _satisfied(rng: np.random.Generator, effect: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    score = rng.choice(GRADES, n, p=SHARES)
    slope = effect * math.sqrt(STAYING * (1 - STAYING)) / SPREAD
    return score, (rng.random(n) < STAYING + slope * (score - MEAN)).astype(int)


def _scores(name: str, score: np.ndarray, outcome: np.ndarray, customer: np.ndarray | None = None) -> Frame:
    columns = {"unit_id": np.arange(len(score)), "score": score.astype(float), "outcome": outcome}
    if customer is not None:
        columns["cluster"] = customer
    return simulated_frame("scores", pd.DataFrame(columns), source=name, outcome="stayed a year")


def _drivers(name: str, effect: float, n: int, seed: int, *, halo: float) -> Frame:
    rng = np.random.default_rng(seed)
    quality = rng.normal(size=n)
    works = TRUST_TOGETHER * quality + math.sqrt(1 - TRUST_TOGETHER**2) * rng.normal(size=n)
    first = WORKS_WEIGHT + effect
    explained = first**2 + WORKS_WEIGHT**2 + 2 * TRUST_TOGETHER * first * WORKS_WEIGHT
    trust = first * quality + WORKS_WEIGHT * works + math.sqrt(1 - explained) * rng.normal(size=n)
    mood = math.sqrt(halo) * rng.normal(size=n)
    columns = {"unit_id": np.arange(n), "overall": trust + mood}
    for group, index in (("quality", quality), ("works", works + mood)):
        apart = rng.normal(0.0, 0.5, n)
        columns |= {f"x_{group}_1": index + apart, f"x_{group}_2": index - apart}
    return simulated_frame("satisfaction_items", pd.DataFrame(columns), source=name, outcome="trust")


def _reasons(name: str, effect: float, n: int, seed: int, *, silence: float) -> Frame:
    rng = np.random.default_rng(seed)
    named = (1 - NAMED_OTHER) / 2
    rival = (named - effect / 200) / 2
    counts = rng.multinomial(n, [named + effect / 200, rival, rival, NAMED_OTHER])
    counts[1:3] = rng.binomial(counts[1:3], 1 - silence)
    columns = {
        "reason": ["failed me", "better offer", "cheaper", "moved away"],
        "group": ["service", "offer", "price", "other"],
        "n": counts,
    }
    return simulated_frame("reasons", pd.DataFrame(columns), source=name)


_link_scenario = partial(
    Scenario,
    claim="satisfaction-keeps-customers",
    quantity="retention_correlation",
    frame="scores",
    estimator="observational.survey_links:estimate_survey_link",
    n=1_000,
    options={"quantity": "retention_correlation"},
)
_drivers_scenario = partial(
    Scenario,
    claim="quality-builds-trust",
    quantity="trust_weight_difference",
    frame="satisfaction_items",
    estimator="observational.standardised_weights:estimate_standardised_weights",
    n=400,
    trap="quality and good works are seen together, and each borrows from the other",
    options={"quantity": "trust_weight_difference"},
)
_reasons_scenario = partial(
    Scenario,
    claim="people-leave-over-service-not-offers",
    quantity="reason_gap",
    frame="reasons",
    estimator="aggregate.reason_shares:estimate_reason_gap",
    n=400,
    trap="leavers with other reasons are left out of the base",
)

SCENARIOS = (
    _link_scenario(
        name="said_and_done",
        draw=draw_satisfaction,
        trap="the wish to stay is said by the mood that gave the grade",
        naive=naive_stated_wish,
    ),
    _link_scenario(
        name="asked_twice",
        draw=draw_satisfaction_twice,
        truth=lambda effect: 0.9 * effect,
        trap="two answers of one customer pass for two customers",
        naive=naive_answers_as_customers,
    ),
    _link_scenario(
        name="silent_leavers",
        draw=draw_silent_leavers,
        trap="those who answer are not like those who do not",
        naive=naive_stated_wish,
        broken="silence depends on grade and outcome together",
    ),
    _drivers_scenario(name="seen_together", draw=draw_drivers),
    _drivers_scenario(name="one_mood", draw=draw_drivers_halo, broken="one mood answers good works and trust alike"),
    _reasons_scenario(name="other_reasons_dropped", draw=draw_reasons),
    _reasons_scenario(
        name="silent_about_rivals", draw=draw_reasons_silent, broken="half of those whom a rival drew away say nothing"
    ),
    Scenario(
        name="good_places",
        claim="courteous-empowered-staff-retain",
        quantity="retention_difference",
        frame="exposure",
        estimator="observational.survey_links:estimate_team_gap",
        draw=draw_teams,
        n=1_200,
        trap="good staff sit in good places, and customers of one team are not independent",
        options={"quantity": "retention_difference"},
    ),
)
