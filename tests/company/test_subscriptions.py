"""Frames from subscriptions, counted by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analysis.company.store import Company
from analysis.core.errors import FrameUnavailable
from analysis.frames.builders import leaving, subscriber_accounts, subscriptions
from analysis.frames.builders.subscription_spells import epochs, losses_seen_from, spells

# a: a year at 10, renewed at 12, left after two months for a competitor. b: still running. c: left, came back after a
# gap. d: touched without `renewed`: a loss and a new beginning; the second says renewed and has nothing behind it.
# e: two subscriptions that overlap, ended by the company.
ROWS = """customer_id,started_at,ended_at,price,market_price,term_months,auto_renew,end_reason
a,2021-01-01,2022-01-01,10,9,12,false,renewed
a,2022-01-01,2022-03-01,12,9,12,false,competitor
b,2021-02-01,,10,,,,
c,2021-03-01,2021-06-01,8,,0,,service
c,2021-09-01,,8,,0,,
d,2021-05-01,2022-05-01,8,,12,,price
d,2022-05-01,2023-01-01,8,,12,,renewed
e,2021-01-01,2023-01-01,8,,12,true,moved
e,2022-01-01,2023-06-01,8,,12,true,involuntary
"""
TOML = '[company]\nend_of_observation = "2023-12-31"\n'


@pytest.fixture
def firm(company: Callable[..., Company]) -> Company:
    return company({"subscriptions.csv": ROWS}, TOML)


def left_out(company: Company, key: str) -> dict[str, int]:
    return {item.reason: item.rows for item in company.ledger()[key].left_out}


def test_epochs_that_touch_and_are_renewed_are_one_spell(firm: Company) -> None:
    table = spells(firm).execute().sort_values(["customer_id", "spell"])
    ends = table["end"].isna().tolist()
    assert table[["customer_id", "spell"]].values.tolist() == [
        ["a", 1], ["b", 1], ["c", 1], ["c", 2], ["d", 1], ["d", 2], ["e", 1],
    ]  # fmt: skip
    assert ends == [False, True, False, True, False, False, False]
    assert table["reason"].fillna("").tolist() == ["competitor", "", "service", "", "price", "renewed", "involuntary"]


def test_touching_rows_are_renewals_where_the_table_has_no_reasons(company: Callable[..., Company]) -> None:
    text = "customer_id,started_at,ended_at\na,2021-01-01,2021-07-01\na,2021-07-01,2022-01-01\na,2022-01-02,\n"
    table = spells(company({"subscriptions.csv": text})).execute()
    assert sorted(table["spell"]) == [1, 2]


def test_spells_by_hand(firm: Company) -> None:
    """Days: a 424, b 1,064 to the end of 2023, c 92 and 852, d 365 and 245, e 881; leap day 2024 plays no part."""
    table = subscriptions.build_spells(firm).table
    assert (table["duration_years"] * 365.25).round().tolist() == [424, 1064, 92, 852, 365, 245, 881]
    assert table["event"].tolist() == [1, 0, 1, 0, 1, 0, 2]
    assert table["cluster"].tolist() == [0, 1, 2, 2, 3, 3, 4]
    assert (table["entry_years"] == 0).all()


def test_time_before_losses_were_recorded_is_no_time_at_risk(company: Callable[..., Company]) -> None:
    """The first end stands in 2020, five years behind the first beginning: earlier leavers are not in the table."""
    text = "customer_id,started_at,ended_at\na,2015-01-01,2020-01-11\nb,2019-01-01,\n"
    opened = company({"subscriptions.csv": text}, '[company]\nend_of_observation = "2020-12-31"\n')
    table = subscriptions.build_spells(opened).table
    a, b = table.iloc[0], table.iloc[1]
    assert (a["duration_years"] - a["entry_years"]) * 365.25 == pytest.approx(1)
    assert b["entry_years"] * 365.25 == pytest.approx(374)  # 1 January 2019 to 10 January 2020
    assert b["duration_years"] * 365.25 == pytest.approx(731)  # to the end of 2020, a leap year


def test_account_by_hand(firm: Company) -> None:
    """Won in the first quarter: a, b, c, e; lost in the second: c, who comes back in the third; d comes in the second,
    is lost and back in the second of 2022, gone in the first of 2023; a is lost in the first of 2022, e in the second of
    2023."""
    table = subscriber_accounts.build_account(firm).table
    counts = table[["n_start", "n_won", "n_resurrected", "n_lost", "n_end"]].values.tolist()
    assert counts == [
        [0, 4, 0, 0, 4], [4, 1, 0, 1, 4], [4, 0, 1, 0, 5], [5, 0, 0, 0, 5],
        [5, 0, 0, 1, 4], [4, 0, 1, 1, 4], [4, 0, 0, 0, 4], [4, 0, 0, 0, 4],
        [4, 0, 0, 1, 3], [3, 0, 0, 1, 2], [2, 0, 0, 0, 2], [2, 0, 0, 0, 2],
    ]  # fmt: skip
    assert table["years"].sum() == pytest.approx(3 * 365 / 365.25)


def test_cohort_survival_by_hand(firm: Company) -> None:
    """All five began in 2021. After a year a, b and e are there (d did not renew); after two, b and e."""
    table = subscriber_accounts.build_cohort_survival(firm).table
    assert table.values.tolist() == [["2021", 0, 5, 5], ["2021", 1, 5, 3], ["2021", 2, 5, 2]]
    assert left_out(firm, "cohort_survival/subscriptions") == {"came back: not a first spell": 2}


def test_price_exposure_by_hand(firm: Company) -> None:
    """Two epochs follow on another: a's at 12 after 10, market 9, left within half a year; e's at the same price."""
    import math

    table = leaving.build_price_exposure(firm).table
    a, e = table.iloc[0], table.iloc[1]
    assert (a["lapsed"], e["lapsed"]) == (1, 0)
    assert a["price_change"] == pytest.approx(math.log(1.2))
    assert a["market_gap"] == pytest.approx(math.log(12 / 9))
    assert a["tenure_years"] == pytest.approx(365 / 365.25)
    assert e["price_change"] == 0
    assert math.isnan(e["market_gap"])
    assert left_out(firm, "price_exposure") == {"first epoch of a spell: no price before": 7}


def test_reasons_by_hand(firm: Company) -> None:
    table = leaving.build_reasons(firm).table
    assert table.values.tolist() == [["competitor", "offer", 1], ["price", "price", 1], ["service", "service", 1]]
    assert left_out(firm, "reasons") == {
        "not the end of a spell": 2,
        "still running": 2,
        "did not leave of own will": 2,
    }


def test_words_that_are_not_understood_are_named_in_the_ledger(company: Callable[..., Company]) -> None:
    text = (
        "customer_id,started_at,ended_at,end_reason\na,2021-01-01,2021-07-01,Umzug\nb,2021-01-01,2021-08-01,Service\n"
    )
    opened = company({"subscriptions.csv": text}, TOML)
    table = leaving.build_reasons(opened).table
    assert table.values.tolist() == [["service", "service", 1], ["umzug", "other", 1]]
    assert opened.ledger()["reasons"].notes == ("counted as other: umzug",)


def test_a_table_without_a_whole_quarter_says_so(company: Callable[..., Company]) -> None:
    opened = company({"subscriptions.csv": "customer_id,started_at,ended_at\na,2021-01-15,2021-02-01\nb,2021-02-15,\n"})
    with pytest.raises(FrameUnavailable, match="at least one whole quarter"):
        subscriber_accounts.build_account(opened)


def test_epochs_hold_every_row_once(firm: Company) -> None:
    assert sorted(epochs(firm).execute()["row_in_file"]) == list(range(1, 10))
    assert losses_seen_from(firm) == spells(firm)["start"].min().execute()
