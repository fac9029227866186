"""Bank telemarketing: invented calls of the same layout; the real archive where the data folder has it."""

from __future__ import annotations

from zipfile import ZipFile

import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import bank_marketing as source

COLUMNS = [
    "age", "job", "marital", "education", "default", "balance", "housing", "loan", "contact", "day", "month", "duration",
    "campaign", "pdays", "previous", "poutcome", "y",
]  # fmt: skip
ROWS = [
    (30, "admin.", "married", "tertiary", "no", 0, "yes", "no", "cellular", 5, "nov", 100, 1, -1, 0, "unknown", "no"),
    (40, "admin.", "single", "primary", "no", -5, "no", "no", "cellular", 5, "dec", 900, 2, 90, 1, "success", "yes"),
    (50, "admin.", "single", "primary", "yes", 10, "no", "yes", "telephone", 5, "jan", 20, 3, 90, 2, "failure", "no"),
    (60, "admin.", "married", "primary", "no", 99, "no", "no", "telephone", 5, "jan", 20, 4, 90, 2, "other", "yes"),
    (61, "admin.", "married", "primary", "no", 99, "no", "no", "telephone", 5, "jan", 20, 5, 90, 2, "unknown", "no"),
]


@pytest.fixture
def calls(tmp_path, monkeypatch):
    table = pd.DataFrame(ROWS, columns=COLUMNS)
    with ZipFile(tmp_path / "bank-additional.zip", "w") as archive:
        archive.writestr(source.MEMBER, table.to_csv(sep=";", index=False))
    found = source.read_calls(tmp_path / "bank-additional.zip")
    monkeypatch.setattr(source, "load_calls", lambda: found)
    return found


def test_duration_of_the_call_is_never_read_into_the_table(calls):
    assert "duration" not in calls.columns
    assert not any("duration" in column for column in source.SOURCE.builders["offers"]().covariates)


def test_year_follows_from_the_order_by_date(calls):
    assert calls["month_of_call"].tolist() == ["2008-11", "2008-12", "2009-01", "2009-01", "2009-01"]


def test_offers_tell_earlier_buyers_from_decliners_and_strangers_and_leave_out_the_rest(calls):
    frame = source.SOURCE.frame("offers")
    assert frame.table["earlier"].tolist() == ["never", "bought", "declined"]
    assert frame.table["responded"].tolist() == [0, 1, 0]
    assert frame.table["stratum"].tolist() == ["2008-11", "2008-12", "2009-01"]
    assert frame.table["x_contacts"].tolist() == [1, 2, 3]


def test_contacts_hold_one_row_a_client_which_is_why_they_cannot_show_fatigue(calls):
    frame = source.SOURCE.frame("contacts")
    assert frame.table["unit_id"].is_unique
    assert frame.table["contact_number"].tolist() == [1, 2, 3, 4, 5]
    assert "stops when the client agrees" in source.SOURCE.not_identified["generic-messages-tire"].reason


def test_another_file_is_refused(calls):
    with pytest.raises(DataFault, match="clients = 45211"):
        source.check_facts(calls)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch bank_marketing" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_archive_is_the_documented_one_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    source.check_facts(source.read_calls(source.files()[0]))
    assert len(source.SOURCE.frame("offers").table) == 45_211 - 1_840 - 5
    assert len(source.SOURCE.frame("contacts").table) == 45_211
