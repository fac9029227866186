"""IT incident log: invented tickets of the same layout; the real archive where the data folder has it."""

from __future__ import annotations

from zipfile import ZipFile

import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import incident_log as source

COLUMNS = [
    "number", "incident_state", "made_sla", "reopen_count", "opened_at", "sys_updated_at", "impact", "priority",
]  # fmt: skip
ROWS = [
    ("INC1", "New", True, 0, "1/3/2016 08:00", "1/3/2016 08:30", "2 - Medium", "3 - Moderate"),
    ("INC1", "Active", True, 0, "1/3/2016 08:00", "1/3/2016 09:30", "2 - Medium", "3 - Moderate"),
    ("INC1", "Awaiting User Info", True, 0, "1/3/2016 08:00", "1/3/2016 11:30", "2 - Medium", "3 - Moderate"),
    ("INC1", "Resolved", True, 0, "1/3/2016 08:00", "2/3/2016 11:30", "2 - Medium", "3 - Moderate"),
    ("INC1", "Active", True, 1, "1/3/2016 08:00", "2/3/2016 12:00", "2 - Medium", "3 - Moderate"),
    ("INC1", "Closed", False, 1, "1/3/2016 08:00", "2/3/2016 12:30", "2 - Medium", "3 - Moderate"),
    ("INC2", "New", True, 0, "1/3/2016 10:00", "1/3/2016 10:00", "1 - High", "1 - Critical"),
    ("INC2", "Closed", True, 0, "1/3/2016 10:00", "3/3/2016 10:00", "1 - High", "1 - Critical"),
    ("INC3", "New", True, 0, "1/6/2016 10:00", "1/6/2016 10:00", "1 - High", "1 - Critical"),
    ("INC3", "Closed", True, 0, "1/6/2016 10:00", "1/6/2016 11:00", "1 - High", "1 - Critical"),
]


@pytest.fixture
def log(tmp_path, monkeypatch):
    with ZipFile(tmp_path / "incident_event_log.csv.zip", "w") as archive:
        archive.writestr(source.MEMBER, pd.DataFrame(ROWS, columns=COLUMNS).to_csv(index=False))
    found = source.read_log(tmp_path / "incident_event_log.csv.zip")
    monkeypatch.setattr(source, "load_log", lambda: found)
    return found


def test_work_is_what_passes_while_the_desk_has_the_ticket_cut_at_eight_hours_an_entry(log):
    table = source.SOURCE.frame("queue").table
    # INC1: New 1 h, Active 2 h, waiting for the user not counted, Active again half an hour.
    assert table["handling_hours"].tolist() == [3.5, 8.0]
    assert table["arrival_hours"].tolist() == [0.0, 2.0]
    assert table["priority"].tolist() == [3, 1]
    assert table["value"].tolist() == [2.0, 3.0]


def test_service_level_is_the_one_at_closing_after_any_reopening(log):
    table = source.SOURCE.frame("exposure").table
    assert table["treated"].tolist() == [0, 1, 1]
    assert table["outcome"].tolist() == [1, 0, 0]


def test_retention_is_refused_for_first_contact_and_promptness(log):
    assert set(source.SOURCE.not_identified) == {"first-contact-resolution-retains", "prompt-response-retains"}
    assert set(source.SOURCE.answers) == {"value-first-queues-pay"}


def test_another_file_is_refused(log):
    with pytest.raises(DataFault, match="events = 141712"):
        source.check_facts(log)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch incident_log" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_archive_is_the_documented_one_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    assert len(source.SOURCE.frame("exposure").table) == 24_918
    assert len(source.SOURCE.frame("queue").table) > 20_000


@pytest.mark.real_data
def test_service_level_is_never_missed_before_a_reopening():
    """Why the source is refused: when a ticket is first resolved the flag is true for practically all."""
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    log = source.load_log()
    first_resolved = log[log["incident_state"] == "Resolved"].groupby("number")["made_sla"].first()
    assert first_resolved.mean() > 0.999
    assert 0.6 < log.groupby("number")["made_sla"].last().mean() < 0.7
