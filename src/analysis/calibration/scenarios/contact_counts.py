"""Contacts with people who differ in how hard they are to win: the many contacts go to the hard ones.

In every scenario e is the effect of one contact more, k the number of the contact.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

PRESSURE = "observational.contact_pressure:estimate_contact_pressure"
CLAIM = "generic-messages-tire"


def draw_hard_to_win(effect: float, n: int, seed: int) -> Frame:
    """People who are hard to win are contacted more often.

    a ~ uniform(0.1, 0.4), contacts 2 + binomial(6, 1 - 2 a), decided beforehand,
    P(answer) = a + e / 100 (k - 1), held within 0 and 1. Truth: e points a contact.
    Naive: the slope over all contacts, too low, since the late ones are with the hard to win.
    """
    rng, person, k, keen = _contacts(n, seed)
    answer = rng.random(len(person)) < np.clip(keen[person] + effect / 100 * (k - 1), 0.0, 1.0)
    return _frame("hard_to_win_asked_more", person, k, answer)


def draw_hard_to_win_odds(effect: float, n: int, seed: int) -> Frame:
    """As `draw_hard_to_win` with logit P(answer) = logit(a) + ln(e) (k - 1). Truth: the odds ratio e a contact."""
    rng, person, k, keen = _contacts(n, seed)
    level = np.log(keen / (1 - keen))[person]
    answer = rng.random(len(person)) < 1 / (1 + np.exp(-level - math.log(effect) * (k - 1)))
    return _frame("hard_to_win_odds", person, k, answer)


def draw_stops_when_annoyed(effect: float, n: int, seed: int) -> Frame:
    """As `draw_hard_to_win`, but the sender goes on with those who answered the contact before.

    Everybody may get 6 contacts; after an answer the next one comes for certain, after none with 0.6. Truth: e.
    """
    rng = np.random.default_rng(seed)
    keen = rng.uniform(0.1, 0.4, n)
    going = np.ones(n, dtype=bool)
    people, numbers, answers = [], [], []
    for number in range(1, 7):
        who = np.flatnonzero(going)
        answer = rng.random(len(who)) < np.clip(keen[who] + effect / 100 * (number - 1), 0.0, 1.0)
        people.append(who)
        numbers.append(np.full(len(who), number))
        answers.append(answer)
        going[who] = answer | (rng.random(len(who)) < 0.6)
    order = np.argsort(np.concatenate(people), kind="stable")
    person, k, found = (np.concatenate(part)[order] for part in (people, numbers, answers))
    return _frame("asked_on_if_answered", person, k, found)


def draw_unsubscribes(effect: float, n: int, seed: int) -> Frame:
    """Each contact makes some leave, and leaving ends the contacts; who minds is known.

    x ~ Bernoulli(1/2) minds messages, P(leave) = 0.02 + 0.10 x + e / 100 (k - 1), at most 6 contacts; those who mind are
    written to more often at first (a third of the others gets only the late contacts, k = 3 to 6). Truth: e points.
    Naive: x left out, too low.
    """
    return _leaving("unsubscribes_when_known", effect, n, seed, measured=True)


def draw_unsubscribes_unseen(effect: float, n: int, seed: int) -> Frame:
    """As `draw_unsubscribes`, but nobody recorded who minds. Truth: e; the answer is too low."""
    return _leaving("those_who_mind_leave_first", effect, n, seed, measured=False)


def _leaving(name: str, effect: float, n: int, seed: int, *, measured: bool) -> Frame:
    rng = np.random.default_rng(seed)
    minds = (rng.random(n) < 0.5).astype(int)
    first = np.where((minds == 0) & (rng.random(n) < 1 / 3), 3, 1)
    there = np.ones(n, dtype=bool)
    people, numbers, leaving = [], [], []
    for number in range(1, 7):
        who = np.flatnonzero(there & (first <= number))
        leaves = rng.random(len(who)) < np.clip(0.02 + 0.10 * minds[who] + effect / 100 * (number - 1), 0.0, 1.0)
        people.append(who)
        numbers.append(np.full(len(who), number))
        leaving.append(leaves)
        there[who] = ~leaves
    person, k, left = (np.concatenate(part) for part in (people, numbers, leaving))
    more = {"x_minds": minds[person].astype(float)} if measured else {"x_other": rng.normal(size=n)[person]}
    return _frame(name, person, k, rng.random(len(person)) < 0.1, left=left.astype(float), **more)


def _contacts(n: int, seed: int) -> tuple[np.random.Generator, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    keen = rng.uniform(0.1, 0.4, n)
    times = 2 + rng.binomial(6, 1 - 2 * keen)
    person = np.repeat(np.arange(n), times)
    starts = np.repeat(np.cumsum(times) - times, times)
    return rng, person, np.arange(len(person)) - starts + 1, keen


def _frame(name: str, person: np.ndarray, k: np.ndarray, answer: np.ndarray, **more: np.ndarray) -> Frame:
    table = pd.DataFrame({"unit_id": person, "contact_number": k, "responded": answer.astype(int), **more})
    return simulated_frame("contacts", table, source=name)


def _scenario(name: str, draw: object, quantity: str, n: int, *, trap: str = "", broken: str = "") -> Scenario:
    return Scenario(
        name=name,
        claim=CLAIM,
        quantity=quantity,
        frame="contacts",
        estimator=PRESSURE,
        draw=draw,  # type: ignore[arg-type]
        n=n,
        trap=trap,
        broken=broken,
        options={"quantity": quantity},
    )


SCENARIOS = (
    _scenario(
        "hard_to_win_asked_more",
        draw_hard_to_win,
        "response_per_further_contact",
        500,
        trap="people who are hard to win are contacted more often",
    ),
    _scenario(
        "hard_to_win_odds",
        draw_hard_to_win_odds,
        "response_odds_ratio_per_contact",
        200,
        trap="people who are hard to win are contacted more often",
    ),
    _scenario(
        "asked_on_if_answered",
        draw_stops_when_annoyed,
        "response_per_further_contact",
        500,
        broken="the number of contacts was not set by the answers: the sender goes on with those who answer",
    ),
    _scenario(
        "unsubscribes_when_known",
        draw_unsubscribes,
        "unsubscribes_per_further_contact",
        1_500,
        trap="those who mind messages leave early and are missing among the late contacts",
    ),
    _scenario(
        "those_who_mind_leave_first",
        draw_unsubscribes_unseen,
        "unsubscribes_per_further_contact",
        1_500,
        broken="who minds messages is measured: nobody recorded it",
    ),
)
