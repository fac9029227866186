"""Repeat purchase: the published CDNOW figure, lifetimes' own summary, and logs counted by hand."""

from importlib.resources import files

import pandas as pd
import pytest
from lifetimes.utils import summary_data_from_transaction_data

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.measures.repeat import opportunity_rates, repeat_rate_by, repeat_rate_within


def test_cdnow_sample_repeats_as_published(tenth_log):
    """Fader, Hardie & Lee (2005), JMR 42(4), 415-430: 946 of the 2,357 customers bought again within 39 weeks."""
    rate = repeat_rate_by(tenth_log, until="1997-09-30")
    assert (rate.numerator, rate.denominator) == (946, 2357)


def test_repeat_rate_agrees_with_lifetimes_summary(full_log):
    summary = summary_data_from_transaction_data(
        full_log.copy(), "customer_id", "at", observation_period_end="1998-06-30", freq="D"
    )
    rate = repeat_rate_by(full_log)
    assert (rate.numerator, rate.denominator) == (int((summary["frequency"] > 0).sum()), len(summary))


def test_repeat_within_equal_time_agrees_with_a_second_derivation(full_log):
    """Second purchase days by sorting and shifting, instead of by first days."""
    days = full_log.drop_duplicates(["customer_id", "at"]).sort_values(["customer_id", "at"])
    gap = (days.groupby("customer_id")["at"].shift(-1) - days["at"]).dt.days
    first = ~days["customer_id"].duplicated()
    rate = repeat_rate_within(full_log, days=180)
    assert (rate.numerator, rate.denominator) == (int((gap[first] <= 180).sum()), 23570)


def test_two_orders_of_one_day_are_one_occasion(hand_log):
    twice = pd.concat([hand_log, hand_log.assign(at=hand_log["at"] + pd.Timedelta(hours=5))])
    assert repeat_rate_by(twice).numerator == repeat_rate_by(hand_log).numerator == 4


def test_late_comers_lower_the_rate_by_a_day_but_not_the_rate_of_equal_time(hand_log):
    """A customer won on the last day cannot have come back; he is not a disloyal one."""
    late = pd.DataFrame({"customer_id": [9], "at": [pd.Timestamp("2023-05-31")], "amount": [1.0]})
    grown = pd.concat([hand_log, late])
    assert repeat_rate_by(grown).value < repeat_rate_by(hand_log).value
    before, after = repeat_rate_within(hand_log, days=60), repeat_rate_within(grown, days=60)
    assert (before.numerator, before.denominator) == (after.numerator, after.denominator)


@pytest.mark.parametrize(
    ("days", "counts"),
    [
        (29, (1, 5)),  # only customer 1, 15 days later; customer 2 took 30, 5 took 46, 4 took 64
        (30, (2, 5)),
        (64, (4, 5)),
        (106, (4, 5)),  # customer 5 was won 106 days before the end
        (107, (3, 4)),  # and is not observed longer
    ],
)
def test_repeat_within_days_by_hand(hand_log, days, counts):
    rate = repeat_rate_within(hand_log, days=days)
    assert (rate.numerator, rate.denominator) == counts


@pytest.mark.parametrize(
    ("call", "mistake", "message"),
    [
        (lambda log: repeat_rate_within(log, days=0), ParameterMistake, "`days` must be 1 or more"),
        (lambda log: repeat_rate_within(log, days=400), FrameMistake, "Nobody was observed for 400 days"),
        (lambda log: repeat_rate_by(log, until="2022-01-01"), ParameterMistake, "must not lie before the first"),
        (lambda log: repeat_rate_by(log.drop(columns="at")), FrameMistake, "`at` is missing"),
        (lambda log: repeat_rate_by(log.head(0)), FrameMistake, "no rows"),
    ],
)
def test_what_cannot_be_answered_is_refused(hand_log, call, mistake, message):
    with pytest.raises(mistake, match=message):
        call(hand_log)


def test_donors_of_1995_by_hand_from_the_published_table():
    """Fader, Hardie & Shang (2010), Marketing Science 29(6): 11,104 donors of 1995, of whom 3,464 never gave again.

    The number who gave in the last year is summed from the table's own rows.
    """
    with (files("lifetimes") / "datasets" / "donations.csv").open() as file:
        table = pd.read_csv(file).rename(columns={"periods": "n_opportunities", "weights": "n_customers"})
    ever, last, average = opportunity_rates(table, noun="year")
    assert (ever.numerator, ever.denominator) == (11104 - 3464, 11104)
    assert last.numerator == table.loc[table["recency"] == 6, "n_customers"].sum()
    assert last.denominator == 11104
    assert average.numerator == (table["frequency"] * table["n_customers"]).sum()
    assert average.denominator == 6 * 11104


def test_opportunities_by_hand():
    """Three customers with two years each: one gave in both, one in the first, one in neither."""
    table = pd.DataFrame(
        {"frequency": [2, 1, 0], "recency": [2, 1, 0], "n_opportunities": [2, 2, 2], "n_customers": [1, 1, 1]}
    )
    ever, last, average = opportunity_rates(table, noun="year")
    assert [(r.numerator, r.denominator) for r in (ever, last, average)] == [(2, 3), (1, 3), (3, 6)]
    assert last.name == "Active in the last year"
