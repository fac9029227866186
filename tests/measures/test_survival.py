"""Retention under contract: a cohort by hand, the published segments' first year, activity passed off as survival."""

import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.measures.survival import survival_rates


def _cohort(name, *counts):
    return pd.DataFrame({"cohort": name, "period": range(len(counts)), "n_start": counts[0], "n_surviving": counts})


def _counts(table):
    return [(rate.name, rate.numerator, rate.denominator) for rate in survival_rates(table)]


def test_published_segments():
    """Fader & Hardie (2007), survivors per thousand: regular 1000, 631 after a year; high-end 1000, 869."""
    found = _counts(pd.concat([_cohort("Regular", 1000, 631), _cohort("High-end", 1000, 869)]))
    assert ("Regular: kept in period 1", 631, 1000) in found
    assert ("High-end: kept in period 1", 869, 1000) in found


def test_first_and_last_renewal_and_survivors_by_hand():
    assert _counts(_cohort("a", 80, 40, 30, 27)) == [
        ("a: kept in period 1", 40, 80),
        ("a: kept in period 3", 27, 30),
        ("a: still there after 3", 27, 80),
    ]


def test_order_of_rows_does_not_matter():
    table = _cohort("a", 80, 40, 30)
    assert _counts(table.iloc[::-1]) == _counts(table)


def test_an_age_that_is_not_there_gives_no_rate():
    table = _cohort("a", 80, 40, 30, 27)
    assert _counts(table[table["period"] != 2]) == [("a: kept in period 1", 40, 80), ("a: still there after 3", 27, 80)]


def test_nobody_left_to_keep_gives_no_rate():
    assert _counts(_cohort("a", 5, 0, 0)) == [("a: kept in period 1", 0, 5), ("a: still there after 2", 0, 5)]


def test_activity_is_not_survival():
    with pytest.raises(FrameMistake, match="`n_surviving` of the cohort 'a' must never rise with age"):
        survival_rates(_cohort("a", 80, 10, 12))
