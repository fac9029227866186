"""Rows of public files that are left out in pandas stand in the ledger of their source, and the sum balances."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import FrameUnavailable
from analysis.sources import buffer_subscriptions, social_insurance
from analysis.sources.catalogue import all_sources
from analysis.sources.row_ledger import entries_of, kept
from tests.sources.test_buffer_subscriptions import ANSWERS, EVENTS, SUBSCRIPTIONS


def reasons(source: str, name: str) -> dict[str, int]:
    entry = next(entry for entry in entries_of(source) if entry.name == name)
    return {item.reason: item.rows for item in entry.left_out}


def test_a_row_counts_under_the_first_rule_that_it_breaks() -> None:
    table = pd.DataFrame({"a": [1, -1, -1, 2, 2], "b": [0, 0, 5, 5, 5]})
    rules = (("a below 0", lambda t: t["a"] < 0), ("b is 5", lambda t: t["b"] == 5), ("never", lambda t: t["a"] > 9))
    assert kept("invented", "rows", "rows", table, *rules).index.tolist() == [0]
    assert reasons("invented", "rows") == {"a below 0": 2, "b is 5": 2}
    assert [item.example_row for item in entries_of("invented")[0].left_out] == [2, 4]  # numbered from 1, as in a file


def test_a_second_rule_sees_what_the_first_has_left() -> None:
    """Of two equal rows the first falls to the first rule: the other is no repetition any more."""
    table = pd.DataFrame({"a": [7, 7], "bad": [True, False]})
    rules = (("bad", lambda t: t["bad"]), ("repetition", lambda t: t.duplicated("a")))
    assert len(kept("invented", "repeated", "rows", table, *rules)) == 1
    assert reasons("invented", "repeated") == {"bad": 1}


def test_every_row_of_buffers_tables_is_used_or_counted() -> None:
    """By hand from the invented tables: s7 has no account, s9 is on trial, s8 ends before it begins; one answer twice."""
    again = pd.concat([ANSWERS, ANSWERS.iloc[[0]]], ignore_index=True)
    subscriptions, events, _ = buffer_subscriptions.process((SUBSCRIPTIONS, EVENTS, again))
    buffer_subscriptions.failure_table(subscriptions, events)
    assert reasons("buffer_subscriptions", "subscriptions") == {
        "no account": 1,
        "on trial": 1,
        "ends before it begins": 1,
    }
    assert reasons("buffer_subscriptions", "answers") == {"second answer of a day": 1}
    assert reasons("buffer_subscriptions", "exposure/failed_posts") == {
        "begun before counts were complete": 1,  # s0
        "not followed for the half year": 1,  # s5
        "not the account's first": 1,  # s2
        "gone within 30 days": 1,  # s4
    }


def test_a_source_without_tables_hands_out_its_ledger() -> None:
    social = next(source for source in all_sources() if source.name == "social_insurance")
    raw = pd.DataFrame({name: [1.0, 2.0, 3.0] for name in social_insurance.CONTROLS})
    raw = raw.assign(village=["a", "b", "b"], takeup_survey=1, pre_takeup_rate=0.5, default=1, address=["x", "y", "y"])
    raw.loc[1, next(iter(social_insurance.CONTROLS))] = None
    social_insurance.process(raw)
    entry = social.ledger()["peer_encouragement"]
    assert (entry.rows_in, entry.rows_used, entry.left_out[0].reason) == (3, 2, "a control is missing")


def test_a_source_that_left_nothing_out_says_that_it_has_no_tables() -> None:
    quiet = next(source for source in all_sources() if source.name == "cookie_cats")
    with pytest.raises(FrameUnavailable, match="no tables of a company"):
        quiet.ledger()
