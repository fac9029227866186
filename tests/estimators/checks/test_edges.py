"""First and last periods: pass in the middle of a history, fail where the data begin or end."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.vocabulary import Design, Kind
from analysis.estimators.checks.edges import check_edges
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim

CLAIM = a_claim()
STEADY = [(100, 10, 9), (101, 12, 10), (103, 9, 11), (101, 11, 10), (102, 10, 12), (100, 12, 9), (103, 11, 10)]


def frame_of(rows: list[tuple[int, int, int]]) -> Frame:
    """(at the start, won, lost) a quarter."""
    table = pd.DataFrame(rows, columns=["n_start", "n_won", "n_lost"])
    table = table.assign(n_resurrected=0, n_end=table["n_start"] + table["n_won"] - table["n_lost"], years=0.25)
    table["period_start"] = pd.date_range("2020-01-01", periods=len(table), freq="QS")
    context = Context(
        source="Shop A", kind=Kind.OWN, design=Design.OBSERVATIONAL, population="customers", period="two years"
    )
    return spec("account_periods").check(table, context)


def test_a_steady_account_passes():
    found = check_edges(frame_of(STEADY), CLAIM)
    assert found.passed is True
    assert len(found.table) == 4


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(0, 100, 0), *STEADY], "share won in the first period is 100 %"),
        ([*STEADY, (104, 10, 0)], "share lost in the last period is 0 %"),
        ([*STEADY, (104, 10, 80)], "share lost in the last period is 76.9 %"),
    ],
)
def test_a_window_that_opens_or_closes_fails(rows, words):
    found = check_edges(frame_of(rows), CLAIM)
    assert found.passed is False
    assert words in found.sentence


GIFTS = [
    (100, 10 + noise + (15 if quarter == 3 else 0), 10 + (12 if quarter == 0 else 0))
    for noise, quarter in zip((1, 0, -1, 2, 0, -1, 1, 0, 1, 0, -1, -1, 0, 1, 0, 1), (0, 1, 2, 3) * 4, strict=True)
]
"""Four years in which the last quarter wins 25 of 100 and the others 10."""


def test_a_season_at_the_end_of_a_history_is_no_edge():
    found = check_edges(frame_of(GIFTS), CLAIM)
    assert found.passed is True
    last = next(row for row in found.table if (row["period"], row["share"]) == ("last", "won"))
    assert 0 < last["score"] < 1, "26 beside 27, 25 and 24 of the years before"


def test_an_edge_that_is_no_season_fails_all_the_same():
    assert check_edges(frame_of([(100, 90, 10), *GIFTS[1:]]), CLAIM).passed is False
    assert check_edges(frame_of([*GIFTS[:-1], (100, 26, 80)]), CLAIM).passed is False


def test_below_three_years_a_season_and_an_edge_look_alike():
    assert check_edges(frame_of(GIFTS[:8]), CLAIM).passed is False


def test_the_order_of_rows_does_not_matter():
    frame = frame_of([(0, 100, 0), *STEADY])
    shuffled = spec("account_periods").check(frame.table.iloc[::-1], frame.context)
    assert check_edges(shuffled, CLAIM) == check_edges(frame, CLAIM)


def test_few_periods_judge_nothing():
    assert check_edges(frame_of(STEADY[:6]), CLAIM).passed is None
