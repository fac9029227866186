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


STAYS = [
    # hotel, cancelled, year, month, weekend nights, week nights, kind, repeated, price
    ("City Hotel", 0, 2016, "May", 1, 1, "Transient", 0, 50.0),
    ("City Hotel", 0, 2016, "May", 0, 3, "Transient", 0, 100.0),
    ("Resort Hotel", 0, 2016, "May", 0, 1, "Transient", 1, 80.0),
    ("Resort Hotel", 0, 2016, "June", 2, 0, "Transient", 0, 60.0),
    ("City Hotel", 0, 2016, "June", 0, 1, "Transient", 1, 70.0),
    ("City Hotel", 1, 2016, "June", 0, 9, "Transient", 0, 500.0),
    ("City Hotel", 0, 2016, "June", 0, 9, "Transient-Party", 0, 500.0),
]
STAY_COLUMNS = ["hotel", "is_canceled", "arrival_date_year", "arrival_date_month", "stays_in_weekend_nights"]
STAY_COLUMNS += ["stays_in_week_nights", "customer_type", "is_repeated_guest", "adr"]


def test_revenue_is_price_times_nights_of_guests_by_themselves_who_came():
    table = source.revenue_table(pd.DataFrame(STAYS, columns=STAY_COLUMNS)).set_index(["period_start", "segment"])
    may, june = pd.Timestamp("2016-05-01"), pd.Timestamp("2016-06-01")
    assert table["revenue"].to_dict() == {
        (may, "new"): 400,
        (may, "repeat"): 80,
        (june, "new"): 120,
        (june, "repeat"): 70,
    }
    assert table.loc[(may, "new"), "n_purchases"] == 2
    city = source.revenue_table(pd.DataFrame(STAYS, columns=STAY_COLUMNS), "City Hotel")
    assert city["revenue"].sum() == 470


def test_own_squares_are_distances_from_each_guests_mean_over_the_months():
    """Over two months, new guests of 100, 300 and 120: half of each in the other month, so half of each squared in both."""
    table = source.revenue_table(pd.DataFrame(STAYS, columns=STAY_COLUMNS)).set_index(["segment", "period_start"])
    assert table.loc["new", "own_squares"].tolist() == pytest.approx([50**2 + 150**2 + 60**2] * 2)


def test_service_failure_is_refused_because_the_room_is_assigned_to_those_who_come(bookings):
    assert set(source.SOURCE.answers) == {"repeat-revenue-is-steadier"}
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
def test_every_month_of_26_has_guests_of_both_kinds():
    """By counting rows, no grouping of the source's own: 3.2 % of all bookings are of repeated guests."""
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    bookings = source.load_bookings()
    assert round(100 * bookings["is_repeated_guest"].mean(), 1) == 3.2
    table = source.SOURCE.frame("segment_revenue").table
    assert table.groupby("segment").size().to_dict() == {"new": 26, "repeat": 26}
    came = bookings[(bookings["is_canceled"] == 0) & (bookings["customer_type"] == "Transient")]
    brought = (came["adr"] * (came["stays_in_weekend_nights"] + came["stays_in_week_nights"])).sum()
    assert table["revenue"].sum() == pytest.approx(brought)
    assert table["n_purchases"].sum() == len(came)


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
