"""Logs that the measures' tests share: one written by hand, and CDNOW read straight from the package."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd
import pytest

HAND = [
    # customer, day, amount: cohorts of January (1-4) and February (5), observed to 31 May
    (1, "2023-01-05", 100.0),
    (1, "2023-01-20", 10.0),  # again in the month of the first purchase
    (1, "2023-02-10", 20.0),
    (1, "2023-04-30", 30.0),
    (2, "2023-01-31", 50.0),
    (2, "2023-03-02", 40.0),  # 30 days later: calendar month 2, own month 1
    (3, "2023-01-10", 60.0),
    (4, "2023-01-15", 70.0),
    (4, "2023-03-20", 0.0),  # given away
    (5, "2023-02-14", 80.0),
    (5, "2023-04-01", 25.0),
    (5, "2023-05-31", 5.0),
]


@pytest.fixture
def hand_log() -> pd.DataFrame:
    """Five customers whose every measure can be counted on the fingers."""
    log = pd.DataFrame(HAND, columns=["customer_id", "at", "amount"])
    return log.assign(at=pd.to_datetime(log["at"]))


def _read(name: str, columns: list[str], header_rows: int) -> pd.DataFrame:
    with (files("lifetimes") / "datasets" / name).open() as file:
        log = pd.read_csv(file, sep=r"\s+", header=None, skiprows=header_rows, names=columns)
    return log.assign(at=pd.to_datetime(log["date"].astype(str), format="%Y%m%d"))


@pytest.fixture(scope="session")
def tenth_log() -> pd.DataFrame:
    """CDNOW's published one-tenth sample, 2,357 customers."""
    return _read("CDNOW_sample.txt", ["master_id", "customer_id", "date", "n_cds", "amount"], header_rows=0)


@pytest.fixture(scope="session")
def full_log() -> pd.DataFrame:
    """CDNOW's whole cohort, 23,570 customers."""
    return _read("CDNOW_master.txt", ["customer_id", "date", "n_cds", "amount"], header_rows=1)
