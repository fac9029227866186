"""One contact more: slopes within person worked out from counts, and the sorting that fools the naive slope."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Direction, Scale
from analysis.estimators.observational.contact_pressure import estimate_contact_pressure
from tests.estimators.frames_for_tests import a_claim_on, a_frame, of_role

POINTS = a_claim_on("response_per_further_contact", Scale.PERCENTAGE_POINTS, direction=Direction.BELOW, smallest=-0.1)
ODDS = a_claim_on("response_odds_ratio_per_contact", Scale.ODDS_RATIO, direction=Direction.BELOW, smallest=0.98)
LEFT = a_claim_on("unsubscribes_per_further_contact", Scale.PERCENTAGE_POINTS)


def twice_asked(yes_no, no_yes, both, neither):
    """Return people asked twice: so many answered the first only, the second only, both, neither."""
    answers = [(1, 0)] * yes_no + [(0, 1)] * no_yes + [(1, 1)] * both + [(0, 0)] * neither
    return a_frame(
        "contacts",
        unit_id=np.repeat(range(len(answers)), 2),
        contact_number=[1, 2] * len(answers),
        responded=np.ravel(answers),
    )


def test_slope_within_person_is_the_mean_change():
    """Forty fell, twenty rose, of a hundred: 20 in a hundred fewer at the second contact."""
    answer = of_role(estimate_contact_pressure(twice_asked(40, 20, 20, 20), POINTS), "answer")
    assert answer.value == pytest.approx(-20.0)
    spread = math.sqrt((0.6 - 0.2**2) / 100)  # changes of -1, +1 and 0 among a hundred people
    assert answer.high - answer.value == pytest.approx(100 * 1.96 * spread, rel=0.02)
    assert answer.n == 100


def test_odds_ratio_within_person_is_the_ratio_of_changers():
    """Conditional logistic regression with two contacts: those who rose over those who fell."""
    answer = of_role(
        estimate_contact_pressure(twice_asked(40, 20, 20, 20), ODDS, quantity="response_odds_ratio_per_contact"),
        "answer",
    )
    assert answer.value == pytest.approx(20 / 40, rel=1e-4)
    assert math.log(answer.high / answer.value) == pytest.approx(1.96 * math.sqrt(1 / 20 + 1 / 40), rel=1e-3)


def test_hard_to_win_people_contacted_more_often_fool_the_naive_slope_only():
    """Nobody tires: the keen answer half of two contacts, the lukewarm a twentieth of eight."""
    rng = np.random.default_rng(1)
    people = [(0.5, 2)] * 1_000 + [(0.05, 8)] * 1_000
    rows = [(i, k + 1, int(rng.random() < p)) for i, (p, n) in enumerate(people) for k in range(n)]
    unit, number, responded = (list(column) for column in zip(*rows, strict=True))
    found = estimate_contact_pressure(
        a_frame("contacts", unit_id=unit, contact_number=number, responded=responded), POINTS
    )
    assert of_role(found, "naive").high < -2
    answer = of_role(found, "answer")
    assert answer.low <= 0 <= answer.high


def test_a_campaign_that_everybody_answers_does_not_make_later_contacts_better():
    """Nobody tires: an offer answered by 5 in 100, then a survey answered by 40, to which half come for the first time."""
    rng = np.random.default_rng(2)
    rows = []
    for unit in range(3_000):
        offered = unit % 2 == 0
        if offered:
            rows.append((unit, 1, "offer", int(rng.random() < 0.05)))
        rows.append((unit, 1 + offered, "survey", int(rng.random() < 0.4)))
        if unit % 3 == 0:
            rows.append((unit, 2 + offered, "offer", int(rng.random() < 0.05)))
    unit, number, stratum, responded = (list(column) for column in zip(*rows, strict=True))
    found = estimate_contact_pressure(
        a_frame("contacts", unit_id=unit, contact_number=number, stratum=stratum, responded=responded), POINTS
    )
    answer = of_role(found, "answer")
    assert "campaign" in answer.method
    assert answer.low <= 0 <= answer.high
    assert answer.high - answer.low < 8
    alone = a_frame("contacts", unit_id=unit, contact_number=number, responded=responded)
    assert of_role(estimate_contact_pressure(alone, POINTS), "answer").low > 4  # the same contacts, campaigns unheeded


def test_campaigns_that_each_stand_at_one_place_in_the_count_are_refused():
    frame = a_frame(
        "contacts",
        unit_id=np.repeat(range(60), 2),
        contact_number=[1, 2] * 60,
        stratum=["first", "second"] * 60,
        responded=[0, 1, 1, 0] * 30,
    )
    with pytest.raises(FrameMistake, match="must differ within a campaign"):
        estimate_contact_pressure(frame, POINTS)


def test_contacts_that_stop_with_the_answer_are_refused_and_leave_the_naive_slope():
    """Called until they agree: each answered call is its person's last, so within a person response only ever rises."""
    rows = [(i, k + 1, int(k == i % 4)) for i in range(100) for k in range(i % 4 + 1)]
    unit, number, responded = (list(column) for column in zip(*rows, strict=True))
    frame = a_frame("contacts", unit_id=unit, contact_number=number, responded=responded)
    with pytest.raises(FrameMistake, match="the answered contact is the last by construction"):
        estimate_contact_pressure(frame, POINTS)
    assert [e.role for e in estimate_contact_pressure(frame, POINTS, adjusted=False)] == ["naive"]


def test_one_row_a_person_cannot_be_compared_with_itself():
    frame = a_frame("contacts", unit_id=range(80), contact_number=[1, 2] * 40, responded=[1, 0, 0, 1] * 20)
    with pytest.raises(FrameMistake, match=r"at least 30 people must have had two contacts.*got 0"):
        estimate_contact_pressure(frame, POINTS)


def test_leaving_rises_with_the_contact_number_between_contacts():
    """2 of 200 leave after the first contact, 6 of 200 after the second: two points a contact."""
    left = [1] * 2 + [0] * 198 + [1] * 6 + [0] * 194
    frame = a_frame(
        "contacts",
        unit_id=[*range(200), *range(200)],
        contact_number=[1] * 200 + [2] * 200,
        responded=[0] * 400,
        left=left,
    )
    found = estimate_contact_pressure(frame, LEFT, quantity="unsubscribes_per_further_contact")
    assert of_role(found, "answer").value == pytest.approx(2.0)


def test_without_knowing_who_left_it_says_so():
    with pytest.raises(FrameMistake, match="column `left` must say who left"):
        estimate_contact_pressure(twice_asked(9, 9, 9, 9), LEFT, quantity="unsubscribes_per_further_contact")
