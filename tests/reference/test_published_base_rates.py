"""Base rates and regressions that manuals, data articles and repository pages print, reproduced from the raw files.

UCI      Repository pages of data sets 222 (bank marketing) and 498 (incident log), and the names file inside the former.
DiB      Antonio, de Almeida & Nunes (2019), Hotel booking demand datasets, Data in Brief 22, 41-49: abstract.
CAS      Manual of the R package CASdatasets, entries eudirectlapse and uslapseagent.
bayesm   Manual of the R package bayesm, entry customerSat.
ndR      Manual, showcase and reference pages of the R package netdiffuseR (printed output of `summary`, `diffreg`, `fitbass`).
diffusion  Manual of the R package diffusion, entry tsCarstock.
Public   A share that public analyses of the same file print; named at the place.

Every expected value was read there. The files are read where the data folder has them.
"""

from __future__ import annotations

from importlib import import_module
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

pytestmark = pytest.mark.real_data

TENTH_OF_A_PERCENT = 0.0005  # a share printed as a percentage with one decimal
FIFTH_PLACE = 6e-6  # coefficients printed with five decimals


def source(name: str):
    """Return the module of a source, or skip with the reason why its files are not there."""
    module = import_module(f"analysis.sources.{name}")
    why = module.SOURCE.absence()
    if why:
        pytest.skip(why)
    return module


# --- Bank marketing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "rows", "inputs"),
    [
        pytest.param("bank-full.csv", 45_211, 16, id="UCI 222: 45,211 instances, 16 features"),
        pytest.param("bank-additional-full.csv", 41_188, 20, id="UCI 222: 41,188 examples, 20 inputs"),
        pytest.param("bank-additional.csv", 4_119, 20, id="UCI 222: 4,119 examples, a tenth"),
        pytest.param("bank.csv", 4_521, 16, id="UCI 222: a tenth of 45,211"),
    ],
)
def test_bank_files_have_the_documented_size(member, rows, inputs):
    path = source("bank_marketing").files()[0]
    with ZipFile(path) as archive, archive.open(f"bank-additional/{member}") as handle:
        table = pd.read_csv(handle, sep=";")
    assert table.shape == (rows, inputs + 1)


def test_bank_share_that_subscribed():
    """Public: 5,289 of 45,211 (11.7 %) subscribed, 39,922 did not (class distribution printed by many analyses)."""
    calls = source("bank_marketing").load_calls()
    counts = calls["y"].value_counts()
    assert (counts["yes"], counts["no"]) == (5_289, 39_922)
    assert counts["yes"] / len(calls) == pytest.approx(0.117, abs=TENTH_OF_A_PERCENT)


def test_bank_calls_run_from_may_2008_to_november_2010_in_order():
    """UCI 222: ordered by date, from May 2008 to November 2010."""
    months = source("bank_marketing").load_calls()["month_of_call"]
    assert (months.iloc[0], months.iloc[-1]) == ("2008-05", "2010-11")
    assert months.is_monotonic_increasing


# --- Hotels -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hotel", "bookings"), [("Resort Hotel", 40_060), ("City Hotel", 79_330)])
def test_hotel_bookings_of_each_hotel(hotel, bookings):
    """DiB: 40,060 observations of H1 and 79,330 of H2."""
    assert (source("hotel_bookings").load_bookings()["hotel"] == hotel).sum() == bookings


def test_hotel_arrivals_lie_between_the_documented_days():
    """DiB: bookings due to arrive between 1 July 2015 and 31 August 2017."""
    bookings = source("hotel_bookings").load_bookings()
    arrival = pd.to_datetime(
        bookings["arrival_date_year"].astype(str)
        + bookings["arrival_date_month"]
        + bookings["arrival_date_day_of_month"].astype(str),
        format="%Y%B%d",
    )
    assert (str(arrival.min().date()), str(arrival.max().date())) == ("2015-07-01", "2017-08-31")


def test_hotel_share_cancelled():
    """Public: 37.0 % of the 119,390 bookings were cancelled."""
    bookings = source("hotel_bookings").load_bookings()
    assert bookings["is_canceled"].mean() == pytest.approx(0.370, abs=TENTH_OF_A_PERCENT)


# --- Incident log -------------------------------------------------------------------------------------------------------


def test_incident_log_counts():
    """UCI 498: 141,712 events of 24,918 incidents, 36 attributes."""
    log = source("incident_log").load_log()
    assert log.shape == (141_712, 36)
    assert log["number"].nunique() == 24_918


def test_incident_states_and_impacts_are_the_documented_levels():
    """UCI 498: eight levels of the state besides the code for none; impact and urgency high, medium, low."""
    log = source("incident_log").load_log()
    assert len(set(log["incident_state"]) - {"-100"}) == 8
    assert set(log["impact"]) == {"1 - High", "2 - Medium", "3 - Low"}


# --- Insurance ----------------------------------------------------------------------------------------------------------


def test_renewals_have_the_documented_size_and_lapse_share():
    """CAS: 23,060 policies in 19 columns. Public: about 12.81 % lapsed; 13.3 % of the men, 12.0 % of the women."""
    renewals = source("insurance_renewals").load_renewals()
    assert renewals.shape == (23_060, 19)
    assert renewals["lapse"].mean() == pytest.approx(0.1281, abs=5e-5)
    by_gender = renewals.groupby("polholder_gender")["lapse"].mean()
    assert by_gender["Male"] == pytest.approx(0.133, abs=TENTH_OF_A_PERCENT)
    assert by_gender["Female"] == pytest.approx(0.120, abs=TENTH_OF_A_PERCENT)


def test_life_policies_have_the_documented_size_span_and_scale():
    """CAS: 29,317 policies sold from January 1995; premium and index in standard deviations round their means."""
    policies = source("insurance_surrender").load_policies()
    assert len(policies) == 29_317
    assert pd.Timestamp("1970-01-01") + pd.Timedelta(days=policies["issue.date"].min()) == pd.Timestamp("1995-01-02")
    for column in ("annual.premium", "DJIA"):
        assert policies[column].mean() == pytest.approx(0.0, abs=0.005)
        assert policies[column].std() == pytest.approx(1.0, abs=0.005)


def test_life_policies_end_in_one_of_the_documented_ways():
    """CAS: surrender, death and other are flags of the cause; allcause is any of them."""
    policies = source("insurance_surrender").load_policies()
    assert (policies[["surrender", "death", "other"]].sum(axis=1) == policies["allcause"]).all()
    assert ((policies["termination.cause"] == "surrender") == (policies["surrender"] == 1)).all()


# --- Satisfaction, cars, orders, mobile ------------------------------------------------------------------------------------


def test_satisfaction_answers():
    """bayesm: 1,811 observations of ten items, on a scale of 1 to 10."""
    answers = source("customer_satisfaction").load_answers()
    assert answers.shape == (1_811, 10)
    assert (answers.to_numpy().min(), answers.to_numpy().max()) == (1, 10)


def test_car_stock():
    """diffusion: 25 observations of 3 variables, 1965 to 1989."""
    stock = source("bass_diffusion").load_car_stock()
    assert stock.shape == (25, 3)
    assert (stock["year"].min(), stock["year"].max()) == (1965, 1989)


def test_mobile_customers():
    """Public: 51,047 customers, 28.8 % of whom left; the tournament's customers had been there for six months at least."""
    customers = source("cell2cell").load_customers()
    assert len(customers) == 51_047
    assert customers["left"].mean() == pytest.approx(0.288, abs=TENTH_OF_A_PERCENT)
    assert customers["MonthsInService"].min() == 6


# --- Networks -----------------------------------------------------------------------------------------------------------

# ndR, showcase on Medical Innovation: adopters in months 1 to 18, the last being those who had not adopted by then.
ADOPTERS = [11, 9, 9, 11, 11, 11, 13, 7, 4, 1, 5, 3, 3, 4, 4, 2, 1, 16]


def test_doctors_by_month_of_adoption():
    module = source("diffusion_networks")
    doctors = module.load_study("doctors")
    assert doctors["toa"].astype(int).value_counts().sort_index().tolist() == ADOPTERS


def test_doctors_by_city():
    """ndR, showcase: 62, 24, 21 and 18 nodes in the four cities."""
    doctors = source("diffusion_networks").load_study("doctors")
    assert doctors["city"].value_counts().sort_index().tolist() == [62, 24, 21, 18]


@pytest.mark.parametrize(
    ("study", "people", "networks"),
    [
        pytest.param("farmers", 692, 11, id="ndR: 692 farmers from 11 communities"),
        pytest.param("women", 1_047, 25, id="ndR: 1,047 women from 25 communities"),
    ],
)
def test_people_and_communities(study, people, networks):
    table = source("diffusion_networks").load_study(study)
    assert (len(table), table["village"].nunique()) == (people, networks)


# ndR, reference page of `diffreg`: printed coefficients and standard errors of its example.
PRINTED_LOGIT = {
    "exposure": (-0.23786, 0.30608),
    "city 2": (-0.18010, 0.29894),
    "city 3": (-0.24595, 0.29236),
    "city 4": (-0.26689, 0.30147),
    "proage": (0.18482, 0.06292),
    "period": (0.11016, 0.02696),
    "intercept": (-3.17030, 0.34339),
}


@pytest.fixture(scope="module")
def doctors_logit():
    """The package's regression on our person-periods: isolates kept at exposure 0, the last period in."""
    module = source("diffusion_networks")
    rows = module.person_periods(module.STUDIES[0], module.load_study("doctors"), isolates=True).dropna(subset="proage")
    columns = rows[["exposure", "proage", "period"]].astype(float).assign(intercept=1.0)
    for city in (2, 3, 4):
        columns[f"city {city}"] = (rows["network"] == city).astype(float)
    return sm.GLM(rows["adopted"], columns, family=sm.families.Binomial()).fit()


def test_doctors_regression_uses_the_published_rows(doctors_logit):
    """Null deviance on 865 degrees of freedom: 866 person-months. Deviances 670.82 and 646.55."""
    assert doctors_logit.nobs == 866
    assert doctors_logit.null_deviance == pytest.approx(670.82, abs=0.005)
    assert doctors_logit.deviance == pytest.approx(646.55, abs=0.005)


@pytest.mark.parametrize("term", PRINTED_LOGIT)
def test_doctors_regression_gives_the_published_coefficients(doctors_logit, term):
    coefficient, error = PRINTED_LOGIT[term]
    assert doctors_logit.params[term] == pytest.approx(coefficient, abs=FIFTH_PLACE)
    assert doctors_logit.bse[term] == pytest.approx(error, abs=FIFTH_PLACE)


def test_farmers_bass_model_gives_the_published_coefficients():
    """ndR, reference page of `fitbass`: p .0022787 (.0007245), q .3367353 (.0268004), 1946 to 1966, market all 692."""
    from analysis.estimators.aggregate.diffusion import fit_bass

    farmers = source("diffusion_networks").load_study("farmers")
    adopted_by = [(farmers["adopt"] <= year).mean() for year in range(46, 67)]
    fit = fit_bass(np.array(adopted_by), market=1.0, to_totals=True)
    assert (fit.p, fit.q) == pytest.approx((0.0022787, 0.3367353), rel=1e-4)
    assert (fit.p_error, fit.q_error) == pytest.approx((0.0007245, 0.0268004), rel=1e-3)
