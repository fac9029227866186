"""What `init` has read to find the last day is not read again by who opens the company, unless it would be read otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.company import store
from analysis.company.store import open_company

Folder = Callable[..., Path]

BOUGHT = "customer_id,at,amount\na,2024-01-05,10\nb,2024-02-10,20\na,2024-03-01,30\n,2024-02-11,5\n"
HELD = "customer_id,started_at,ended_at\na,2024-01-01,2024-02-01\nb,2024-01-02,2025-06-30\nc,2024-01-03,\n"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the tables that are read from here on."""
    seen: list[str] = []
    sort = store.sort_rows

    def counted(raw, *given):
        seen.append(raw.spec.name)
        return sort(raw, *given)

    monkeypatch.setattr(store, "sort_rows", counted)
    return seen


def test_tables_are_read_once_from_the_first_look_to_the_open_company(folder: Folder, reads: list[str]) -> None:
    place = folder({"transactions.csv": BOUGHT, "subscriptions.csv": HELD})
    company = analysis.exports(str(place)).company()
    bought, held = company.tables["transactions"], company.tables["subscriptions"]
    assert sorted(reads) == ["subscriptions", "transactions"]
    assert list(bought["amount"]) == [10, 20, 30]
    # 2025-06-30 lies more than a quarter behind the last beginning, 2024-03-01: a day to come
    ends = held.set_index("customer_id")["ended_at"]
    assert list(ends[ends.notna()].items()) == [("a", pd.Timestamp("2024-02-01"))]
    tables = company.source.company
    (left,) = tables.table("transactions").entry.left_out
    assert (left.reason, left.rows, left.example_row) == ("no customer_id", 1, 4)
    anew = open_company(place)
    for name in ("transactions", "subscriptions"):
        handed, read = tables.table(name), anew.table(name)
        assert (handed.entry, handed.end, handed.running, handed.last_end) == (
            read.entry, read.end, read.running, read.last_end
        )  # fmt: skip
        pd.testing.assert_frame_equal(handed.expression.execute(), read.expression.execute())
    assert any("counts as still running" in note for note in tables.table("subscriptions").entry.notes)


def test_a_row_left_out_that_begins_after_the_end_has_everything_read_anew(folder: Folder, reads: list[str]) -> None:
    """Of two rules that it breaks, the end of observation is the first, and it was not known when the last day was sought."""
    invited = "referrer_id,referred_id,at\na,b,2024-01-20\nc,c,2024-05-01\n"
    place = folder({"transactions.csv": BOUGHT, "referrals.csv": invited})
    company = analysis.exports(str(place)).company()
    (left,) = company.source.company.table("referrals").entry.left_out
    assert (left.reason, left.example_row) == ("at after the end of observation", 2)
    assert sorted(reads) == ["referrals", "referrals", "transactions"]


def test_a_file_that_has_changed_since_the_first_look_is_read_again(folder: Folder) -> None:
    place = folder({"transactions.csv": BOUGHT})
    exports = analysis.exports(str(place))
    exports.recognise()
    with (place / "transactions.csv").open("a") as file:
        file.write("c,2024-02-20,7\n")
    assert list(exports.company().tables["transactions"]["amount"]) == [10, 20, 30, 7]


def test_settings_that_were_edited_since_the_first_look_count(folder: Folder) -> None:
    place = folder({"transactions.csv": BOUGHT})
    exports = analysis.exports(str(place))
    exports.recognise()
    toml = place / "company.toml"
    toml.write_text(toml.read_text().replace('"2024-03-01"', '"2024-02-15"'))
    assert list(exports.company().tables["transactions"]["amount"]) == [10, 20]


def test_a_setting_by_which_values_are_read_has_everything_read_anew(folder: Folder) -> None:
    place = folder({"transactions.csv": BOUGHT.replace("2024-02-10", "2024-02-10T20:00:00Z")})
    exports = analysis.exports(str(place))
    exports.recognise()
    toml = place / "company.toml"
    toml.write_text(toml.read_text().replace("[company]\n", '[company]\ntimezone = "Asia/Tokyo"\n', 1))
    days = exports.company().tables["transactions"]["at"]
    assert days[1] == pd.Timestamp("2024-02-11")  # five in the morning there
