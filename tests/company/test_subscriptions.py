"""Frames from subscriptions, counted by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.company.store import Company
from analysis.core.calendar_days import day_of
from analysis.core.errors import FrameUnavailable
from analysis.frames.builders import leaving, subscriber_accounts, subscriptions
from analysis.frames.builders.subscription_spells import epochs, losses_seen_from, spells, sudden_start
from analysis.measures.growth import growth_accounting

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
    """Losses are in the table from 2020 on, as the settings say: earlier leavers are not in it."""
    text = "customer_id,started_at,ended_at\na,2015-01-01,2020-01-11\nb,2019-01-01,\n"
    toml = '[company]\nend_of_observation = "2020-12-31"\nlosses_seen_from = "2020-01-10"\n'
    opened = company({"subscriptions.csv": text}, toml)
    table = subscriptions.build_spells(opened).table
    a, b = table.iloc[0], table.iloc[1]
    assert (a["duration_years"] - a["entry_years"]) * 365.25 == pytest.approx(1)
    assert b["entry_years"] * 365.25 == pytest.approx(374)  # 1 January 2019 to 10 January 2020
    assert b["duration_years"] * 365.25 == pytest.approx(731)  # to the end of 2020, a leap year


def survivors_only(seed: int = 1, n: int = 600, stray: bool = False) -> str:
    """Subscribers from 2015 on who leave at 0.0008 a day; who left before 2020 is not in the table, but for one stray."""
    rng = np.random.default_rng(seed)
    started = rng.integers(0, 2_100, n)
    left = started + np.ceil(rng.exponential(1 / 0.0008, n))
    origin = pd.Timestamp("2015-01-01")
    rows = [(i, s, e) for i, (s, e) in enumerate(zip(started, left, strict=True)) if e >= 1_826]
    if stray:
        rows.append((n, 100, 700))
    days = [
        (i, origin + pd.Timedelta(days=int(s)), origin + pd.Timedelta(days=int(e)) if e < 2_190 else "")
        for i, s, e in rows
    ]
    lines = (f"k{i},{s:%Y-%m-%d},{e:%Y-%m-%d}\n" if e != "" else f"k{i},{s:%Y-%m-%d},\n" for i, s, e in days)
    return "customer_id,started_at,ended_at\n" + "".join(lines)


END = '[company]\nend_of_observation = "2020-12-30"\n'


@pytest.mark.parametrize("stray", [False, True])
def test_losses_that_begin_suddenly_are_said_and_can_be_overruled(company: Callable[..., Company], stray: bool) -> None:
    opened = company({"subscriptions.csv": survivors_only(stray=stray)}, END)
    day = pd.Timestamp(day_of(losses_seen_from(opened)))
    assert pd.Timestamp("2019-12-25") <= day <= pd.Timestamp("2020-01-31")
    subscriptions.build_spells(opened)
    assert "losses begin suddenly" in " ".join(opened.ledger()["spells/subscriptions"].notes)
    complete = company({"subscriptions.csv": survivors_only(stray=stray)}, END + 'losses_seen_from = "start"\n')
    assert day_of(losses_seen_from(complete)).year == 2015
    subscriptions.build_spells(complete)
    assert "suddenly" not in " ".join(complete.ledger()["spells/subscriptions"].notes)


def test_all_who_leave_at_the_end_of_their_first_term_make_no_sudden_start(company: Callable[..., Company]) -> None:
    """Fifty subscribers of fourteen months leave on one day of the third quarter, twenty come back in it: that quarter has
    fifty at the start, fifty lost, twenty back and twenty at the end."""
    rows = [f"o{i},2022-05-10,2023-07-10\n" for i in range(50)] + [f"o{i},2023-08-25,\n" for i in range(20)]
    text = "customer_id,started_at,ended_at\n" + "".join(rows)
    opened = company({"subscriptions.csv": text}, '[company]\nend_of_observation = "2023-12-31"\n')
    table = subscriber_accounts.build_account(opened).table.set_index("period_start")
    counts = table.loc["2023-07-01", ["n_start", "n_won", "n_resurrected", "n_lost", "n_end"]]
    assert counts.tolist() == [50, 0, 20, 50, 20]


def test_a_complete_table_is_seldom_taken_for_one_that_begins_suddenly() -> None:
    """Two hundred firms whose tables are complete: none of them is cut."""
    cut = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        starts = rng.integers(0, 1_500, 200).astype(float)
        ends = starts + np.ceil(rng.exponential(1_200, 200))
        cut += sudden_start(starts, np.where(ends < 1_500, ends, np.nan), 1_499) is not None
    assert cut == 0


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


def test_who_comes_and_leaves_inside_a_quarter_is_neither_won_nor_lost(company: Callable[..., Company]) -> None:
    """Four at the start of the third quarter, one of whom leaves; two come in July, one of whom leaves in August: three of
    four are kept, and three and the one who came are there at the end. A fifth leaves in July and is back in September."""
    rows = [("a", "2022-05-10", "2023-08-01"), *((who, "2022-05-10", "") for who in "bcd")]
    rows += [("x", "2023-07-01", "2023-08-20"), ("y", "2023-07-01", "")]
    rows += [("e", "2022-05-10", "2023-07-10"), ("e", "2023-09-01", ""), ("early", "2022-05-10", "2022-06-10")]
    text = "customer_id,started_at,ended_at\n" + "".join(f"{','.join(row)}\n" for row in rows)
    opened = company({"subscriptions.csv": text}, '[company]\nend_of_observation = "2023-12-31"\n')
    table = subscriber_accounts.build_account(opened).table.set_index("period_start")
    third = table.loc["2023-07-01", ["n_start", "n_won", "n_resurrected", "n_lost", "n_end", "n_passing"]]
    assert third.tolist() == [5, 1, 1, 2, 5, 1]
    found = {p.period_start: p for p in growth_accounting(table.reset_index())}["2023-07-01"]
    assert found.retention.value == pytest.approx(3 / 5)
    assert "too low" not in found.retention.definition


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
