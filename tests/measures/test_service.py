"""Service and satisfaction, counted by hand on a few answers and tickets."""

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.measures.service import (
    customer_satisfaction,
    first_contact_resolution,
    net_promoter_score,
    response_rate,
    sla_attainment,
    survey_rates,
    ticket_rates,
)

NAN = float("nan")


def test_net_promoter_score_by_its_definition():
    """Three of ten at 9-10, four at 0-6: -10 points; 7 and 8 only count below the line."""
    rate = net_promoter_score([9, 9, 10, 7, 8, 8, 0, 3, 5, 6])
    assert (rate.numerator, rate.denominator, rate.unit) == (-1, 10, "points")
    assert rate.percent == pytest.approx(-10)
    assert "9 and 10: 3" in rate.definition
    assert "0 to 6: 4" in rate.definition


@pytest.mark.parametrize(("score", "points"), [(6, -100), (7, 0), (8, 0), (9, 100)])
def test_net_promoter_score_at_its_boundaries(score, points):
    assert net_promoter_score([score]).percent == points


def test_silence_is_no_answer():
    assert net_promoter_score([10, NAN, NAN]).denominator == 1


def test_satisfaction_is_the_share_of_the_top_boxes():
    answers = [5, 4, 4, 3, 1, NAN]
    assert customer_satisfaction(answers).percent == 60
    assert customer_satisfaction(answers, n_top=1).percent == 20
    assert "answers of 5 on the scale 1 to 5" in customer_satisfaction(answers, n_top=1).definition
    assert customer_satisfaction([9, 10, 8, 1], lowest=1, highest=10).percent == 50


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: net_promoter_score([11]), "whole numbers from 0 to 10; got 11"),
        (lambda: net_promoter_score([NAN]), "at least one answer; got 1 entries"),
        (lambda: net_promoter_score([8.5]), "got 8.5"),
        (lambda: customer_satisfaction([6]), "whole numbers from 1 to 5; got 6"),
        (lambda: customer_satisfaction([5], n_top=5), "`n_top` must lie between 1 and 4"),
    ],
)
def test_answers_off_the_scale_are_refused(call, message):
    with pytest.raises(ParameterMistake, match=message):
        call()


def test_counts_of_tickets():
    assert first_contact_resolution(n_first_contact=7, n_resolved=10).percent == 70
    assert sla_attainment(n_within=9, n_due=12).percent == 75
    assert response_rate(n_answered=30, n_asked=200).percent == 15


@pytest.fixture
def tickets():
    """Six tickets, 24 hours agreed, looked at on 10 January at noon."""
    rows = [
        ("2024-01-01 08:00", "2024-01-01 10:00", True),  # in time
        ("2024-01-02 08:00", "2024-01-03 08:00", True),  # to the hour: in time
        ("2024-01-03 08:00", "2024-01-05 08:00", False),  # late
        ("2024-01-04 08:00", None, None),  # open, past its time: missed
        ("2024-01-05 08:00", None, None),  # open, past its time: missed
        ("2024-01-10 08:00", None, None),  # open, not due yet
    ]
    table = pd.DataFrame(rows, columns=["opened_at", "resolved_at", "resolved_first_contact"])
    return table.assign(opened_at=pd.to_datetime(table["opened_at"]), resolved_at=pd.to_datetime(table["resolved_at"]))


def test_tickets_open_past_their_time_count_as_missed(tickets):
    first, attained, closed_only = ticket_rates(tickets, target_hours=24, end_of_observation="2024-01-10 12:00")
    assert (first.numerator, first.denominator) == (2, 3)
    assert (attained.numerator, attained.denominator) == (2, 5)
    assert (closed_only.numerator, closed_only.denominator) == (2, 3)  # flatters: what is open is not looked at


def test_a_ticket_resolved_early_counts_even_if_its_time_has_not_run_out(tickets):
    young = tickets.iloc[[0]]
    rates = ticket_rates(young, target_hours=24 * 365, end_of_observation="2024-01-02")
    assert [(r.name, r.numerator, r.denominator) for r in rates[1:]] == [
        ("SLA attainment", 1, 1),
        ("SLA attainment, closed tickets only", 1, 1),
    ]


def test_number_of_contacts_stands_in_for_the_flag(tickets):
    by_contacts = tickets.drop(columns="resolved_first_contact").assign(contacts=[1, 2, np.nan, 1, 1, 1])
    first = ticket_rates(by_contacts, target_hours=24, end_of_observation="2024-01-10")[0]
    assert (first.numerator, first.denominator) == (1, 2)


def test_tickets_of_which_nothing_is_known_give_no_rate(tickets):
    assert ticket_rates(tickets.iloc[[5]], target_hours=24, end_of_observation="2024-01-10 12:00") == ()


def test_bad_tickets_are_refused(tickets):
    with pytest.raises(FrameMistake, match=r"`resolved_at` lies before `opened_at` in 1 row"):
        ticket_rates(
            tickets.assign(opened_at=tickets["opened_at"].mask(tickets.index == 0, pd.Timestamp("2024-02-01"))),
            target_hours=24,
            end_of_observation="2024-03-01",
        )
    with pytest.raises(FrameMistake, match="`contacts` is missing"):
        ticket_rates(tickets.drop(columns="resolved_first_contact"), target_hours=24, end_of_observation="2024-01-10")
    with pytest.raises(ParameterMistake, match="`target_hours` must be above 0"):
        ticket_rates(tickets, target_hours=0, end_of_observation="2024-01-10")


def test_surveys_count_customers_with_their_last_answer():
    surveys = pd.DataFrame(
        [
            (1, "2024-01-01", "nps", 2, None),
            (1, "2024-02-01", "nps", 9, None),  # this one counts
            (1, "2024-03-01", "nps", NAN, None),
            (2, "2024-01-01", "nps", 10, None),
            (3, "2024-01-01", "nps", NAN, None),  # asked, silent
            (2, "2024-01-01", "nps", 0, "delivery"),  # not about the whole
            (2, "2024-01-01", "csat", 7, None),
            (2, "2024-01-01", "ces", 1, None),  # passed over
        ],
        columns=["customer_id", "at", "instrument", "score", "item"],
    )
    score, answered, satisfied, _ = survey_rates(surveys, csat_highest=7)
    assert (score.numerator, score.denominator) == (2, 2)
    assert (answered.numerator, answered.denominator) == (2, 3)
    assert (satisfied.numerator, satisfied.denominator) == (1, 1)
    with pytest.raises(FrameMistake, match="`score` is missing"):
        survey_rates(surveys.drop(columns="score"))
