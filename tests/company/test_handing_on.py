"""What `init` has read to find the last day is not read again by who opens the company, unless it would be read otherwise."""

from __future__ import annotations

import pickle
import stat
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import analysis
from analysis.company import handing_on, store
from analysis.company.settings import load_settings
from analysis.company.store import Company, open_company
from analysis.core.errors import AnalysisError, UserMistake
from analysis.demo.writing import write_demonstration
from analysis.frames.builders import needs
from analysis.frames.builders.catalogue import BUILDERS, Builder
from analysis.reporting.own_run import kept_while

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


def other_company(place: Path) -> Company | None:
    """The company as another process has it, and the one that read it beside it, whose engine must live on."""
    company = open_company(place)
    handed = company.handed_on()
    if handed is None:
        return None
    other = Company(load_settings(place))
    other.take(pickle.loads(pickle.dumps(handed)), company.engine.folder)
    other.reader = company  # type: ignore[attr-defined]
    return other


def test_another_process_has_the_same_tables_and_makes_the_same_of_them(tmp_path: Path, reads: list[str]) -> None:
    write_demonstration(tmp_path / "shop", n_customers=300, seed=3)
    other = other_company(tmp_path / "shop")
    assert other is not None
    company, n_read = other.reader, len(reads)
    assert other.names == company.names
    for name in company.names:
        ours, theirs = other.table(name), company.table(name)
        assert (ours.entry, ours.n, ours.filled, ours.first, ours.end) == (
            theirs.entry, theirs.n, theirs.filled, theirs.first, theirs.end
        )  # fmt: skip
        types = ours.expression.schema().items(), theirs.expression.schema().items()
        assert [(column, kind.copy(nullable=True)) for column, kind in types[0]] == [
            (column, kind.copy(nullable=True)) for column, kind in types[1]
        ]
        pd.testing.assert_frame_equal(ours.expression.execute(), theirs.expression.execute())
    made = 0
    for key, builder in list(BUILDERS.items())[::4]:
        lacks = [needs.lacks(builder.needs, one) for one in (other, company)]
        assert lacks[0] == lacks[1], key
        if not lacks[0]:
            frames = [_made(builder, one) for one in (other, company)]
            assert frames[0][1:] == frames[1][1:], key
            pd.testing.assert_frame_equal(frames[0][0], frames[1][0])
            made += 1
    assert made > 10
    assert other.entries_of_frames() == company.entries_of_frames()
    assert len(reads) == n_read  # nothing is read twice


def _made(builder: Builder, company: Company) -> tuple[pd.DataFrame, object]:
    try:
        frame = builder.build(company)
    except AnalysisError as fault:
        return pd.DataFrame(), str(fault)
    return frame.table, frame.context


def test_a_table_that_cannot_be_read_says_why_in_the_other_process_too(folder: Folder) -> None:
    late = "customer_id,at,amount\na,2024-01-05,10\nb,2029-02-10,20\n"  # five years behind the day before
    other = other_company(folder({"transactions.csv": late}))
    assert other is not None
    said = []
    for company in (other, other.reader):
        with pytest.raises(UserMistake, match="cannot be trusted as the end of observation") as told:
            company.table("transactions")
        said.append(str(told.value))
    assert said[0] == said[1]


def test_what_the_other_process_makes_goes_with_the_folder_of_the_one_that_read(folder: Folder) -> None:
    other = other_company(folder({"transactions.csv": BOUGHT}))
    assert other is not None
    assert other.engine.folder.parent == other.reader.engine.folder
    assert stat.S_IMODE(other.engine.folder.stat().st_mode) == 0o700


def test_large_tables_are_not_written_down_for_another(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder({"transactions.csv": BOUGHT, "subscriptions.csv": HELD})
    monkeypatch.setattr(handing_on, "MOST_HANDED", 6)  # three purchases and three spells
    assert other_company(place) is not None
    monkeypatch.setattr(handing_on, "MOST_HANDED", 5)
    assert other_company(place) is None
    with kept_while(str(place), None):  # but for pages
        handed = open_company(place).handed_on()
        assert handed is not None and not handed.small


def test_tables_kept_for_a_run_are_read_by_no_further_process(folder: Folder, reads: list[str]) -> None:
    place = folder({"transactions.csv": BOUGHT, "subscriptions.csv": HELD.replace("2025-06-30", "2024-02-20")})
    alone = open_company(place)
    expected = {name: alone.table(name) for name in alone.names}
    with kept_while(str(place), None):
        first = open_company(place)
        assert first.handed_on() is not None
        n_read = len(reads)
        second = open_company(place)
        for name, table in expected.items():
            assert second.table(name).entry == table.entry
            pd.testing.assert_frame_equal(second.table(name).expression.execute(), table.expression.execute())
        assert second.ledger() == first.ledger()
        assert second.raw("transactions").expression.count().execute() == 4  # the files are still in reach
        assert len(reads) == n_read


def test_what_stays_for_the_next_command_names_nobody(folder: Folder, tmp_path: Path) -> None:
    place, keep = folder({"transactions.csv": BOUGHT.replace("b,", "somebody-known,")}), tmp_path / "kept"
    with kept_while(str(place), keep):
        company = open_company(place)
        handed = company.handed_on()
        company.ledger()
        assert handed is not None
        assert b"somebody-known" in handed.file.read_bytes()
        assert stat.S_IMODE(handed.file.parent.stat().st_mode) == 0o700
    assert not handed.file.exists()
    stays = [path for path in keep.rglob("*") if path.is_file()]
    assert stays and not any(b"somebody-known" in path.read_bytes() for path in stays)


def test_without_room_to_write_tables_down_each_process_reads_its_own(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    def full(*_: object) -> None:
        raise duckdb.IOException("No space left on device")

    place = folder({"transactions.csv": BOUGHT})
    monkeypatch.setattr(handing_on, "write_file", full)
    with kept_while(str(place), None):
        assert open_company(place).handed_on() is None
        assert open_company(place).table("transactions").n == 3
