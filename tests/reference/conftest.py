"""Data and fits that the reference tests share: read once, fitted once.

CDNOW and the donations come inside the `lifetimes` package, so that nothing is downloaded. Days are turned into weeks
by seven, as in the papers; several purchases of a customer on one day are one.
"""

from __future__ import annotations

from importlib.resources import files

import pandas as pd
import pytest

CALIBRATION_END = "1997-09-30"
OBSERVATION_END = "1998-06-30"


def _read(name: str, columns: list[str], header_rows: int) -> pd.DataFrame:
    path = files("lifetimes") / "datasets" / name
    with path.open() as file:
        log = pd.read_csv(file, sep=r"\s+", header=None, skiprows=header_rows, names=columns)
    return log.assign(at=pd.to_datetime(log["date"].astype(str), format="%Y%m%d"))


def _whole_period(log: pd.DataFrame) -> pd.DataFrame:
    """Summarise all 78 weeks: a calibration that ends with the observation, and an empty day of holdout."""
    from analysis.models.holdout import split_calibration_holdout

    return split_calibration_holdout(log, OBSERVATION_END, pd.Timestamp(OBSERVATION_END) + pd.Timedelta(days=1))


@pytest.fixture(scope="session")
def tenth_log() -> pd.DataFrame:
    """Purchases of the published one-tenth sample, 2,357 customers."""
    return _read("CDNOW_sample.txt", ["master_id", "customer_id", "date", "n_cds", "amount"], header_rows=0)


@pytest.fixture(scope="session")
def full_log() -> pd.DataFrame:
    """Purchases of the whole cohort, 23,570 customers."""
    return _read("CDNOW_master.txt", ["customer_id", "date", "n_cds", "amount"], header_rows=1)


@pytest.fixture(scope="session")
def tenth(tenth_log: pd.DataFrame) -> pd.DataFrame:
    """One-tenth sample: 39 weeks of calibration, 39 of holdout."""
    from analysis.models.holdout import split_calibration_holdout

    return split_calibration_holdout(tenth_log, CALIBRATION_END, OBSERVATION_END)


@pytest.fixture(scope="session")
def tenth_78(tenth_log: pd.DataFrame) -> pd.DataFrame:
    return _whole_period(tenth_log)


@pytest.fixture(scope="session")
def cohort_78(full_log: pd.DataFrame) -> pd.DataFrame:
    """Whole cohort over 78 weeks without the ten whose repeat purchases came to more than $4,000, as in the JMR paper."""
    summary = _whole_period(full_log)
    return summary[summary["frequency"] * summary["monetary"] <= 4000]


@pytest.fixture(scope="session")
def fits(tenth: pd.DataFrame) -> dict:
    """The three purchase models and the gamma-gamma on the calibration weeks of the one-tenth sample."""
    from analysis.models import fit_bg_nbd, fit_gamma_gamma, fit_mbg_nbd, fit_pareto_nbd

    fitted = [fit(tenth) for fit in (fit_bg_nbd, fit_pareto_nbd, fit_mbg_nbd, fit_gamma_gamma)]
    return {fit.model: fit for fit in fitted}


@pytest.fixture(scope="session")
def forecasts(fits: dict, tenth: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Each customer's conditional forecast of the 39 holdout weeks, beside what he then bought (`n_holdout`), by model."""
    from analysis.models.fit import purchase_module

    history = [tenth[name] for name in ("frequency", "recency", "T")]
    return {
        name: tenth.assign(
            forecast=purchase_module(name).conditional_expected_purchases(fits[name].params, 39, *history)
        )
        for name in ("BG/NBD", "Pareto/NBD")
    }


@pytest.fixture(scope="session")
def fits_78(tenth_78: pd.DataFrame) -> dict:
    from analysis.models import fit_gamma_gamma, fit_pareto_nbd

    return {fit.model: fit for fit in (fit_pareto_nbd(tenth_78), fit_gamma_gamma(tenth_78))}


@pytest.fixture(scope="session")
def donations() -> pd.DataFrame:
    """Recency-frequency table of the 11,104 donors of 1995, gifts of 1996-2001 as six opportunities."""
    with (files("lifetimes") / "datasets" / "donations.csv").open() as file:
        table = pd.read_csv(file)
    return table.rename(columns={"periods": "n_opportunities", "weights": "n_customers"})
