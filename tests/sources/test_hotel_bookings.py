"""Hotel bookings: invented bookings of the same layout; the real archive where the data folder has it."""

from __future__ import annotations

from zipfile import ZipFile

import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import hotel_bookings as source

ROWS = [
    ("Resort Hotel", 0, 2015, "A ", "A "),
    ("Resort Hotel", 1, 2016, "A ", "A "),
    ("City Hotel", 0, 2017, "A ", "D "),
]
COLUMNS = ["hotel", "is_canceled", "arrival_date_year", "reserved_room_type", "assigned_room_type"]


@pytest.fixture
def bookings(tmp_path, monkeypatch):
    with ZipFile(tmp_path / "hotel_bookings.csv.zip", "w") as archive:
        archive.writestr(source.MEMBER, pd.DataFrame(ROWS, columns=COLUMNS).to_csv(index=False))
    found = source.read_bookings(tmp_path / "hotel_bookings.csv.zip")
    monkeypatch.setattr(source, "load_bookings", lambda: found)
    return found


def test_room_other_than_reserved_is_the_exposure(bookings):
    table = source.SOURCE.frame("exposure").table
    assert table["treated"].tolist() == [0, 0, 1]
    assert table["outcome"].tolist() == [0, 1, 0]


def test_service_failure_is_refused_because_the_room_is_assigned_to_those_who_come(bookings):
    assert not source.SOURCE.answers
    refusal = source.SOURCE.not_identified["service-failure-drives-churn"]
    assert "assigned when guests arrive" in refusal.reason
    assert refusal.naive.options == {"quantity": "churn_difference", "adjusted": False}


def test_another_file_is_refused(bookings):
    with pytest.raises(DataFault, match="resort bookings = 40060"):
        source.check_facts(bookings)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch hotel_bookings" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_archive_is_the_documented_one_and_its_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    assert len(source.SOURCE.frame("exposure").table) == 119_390


@pytest.mark.real_data
def test_cancelled_bookings_keep_the_room_reserved():
    """Why the source is refused: of bookings cancelled before arrival hardly any has another room than reserved."""
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    bookings = source.load_bookings()
    other = bookings["reserved_room_type"] != bookings["assigned_room_type"]
    assert other[bookings["reservation_status"] == "Canceled"].mean() < 0.02
    assert other[bookings["reservation_status"] == "Check-Out"].mean() > 0.15
