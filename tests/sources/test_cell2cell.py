"""Cell2Cell: invented customers of the same layout; the real archive where the data folder has it."""

from __future__ import annotations

from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import _cell2cell_tables as tables
from analysis.sources import cell2cell as source


def invented(n: int = 40) -> pd.DataFrame:
    """Return customers whose every column varies; the first has hardly any call, the second no service area."""
    number = np.arange(n)
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "CustomerID": 3_000_000 + number,
            "Churn": np.where(number % 3 == 0, "Yes", "No"),
            "MonthlyRevenue": 20.0 + number,
            "MonthlyMinutes": 100.0 + 10 * number,
            "TotalRecurringCharge": 30.0 + rng.integers(0, 9, n),
            "OverageMinutes": rng.integers(0, 50, n).astype(float),
            "RoamingCalls": rng.integers(0, 5, n).astype(float),
            "PercChangeMinutes": rng.integers(-50, 50, n).astype(float),
            "PercChangeRevenues": rng.integers(-50, 50, n).astype(float),
            "DroppedCalls": (number % 5).astype(float),
            "BlockedCalls": (number % 2).astype(float),
            "DroppedBlockedCalls": (number % 5 + number % 2).astype(float),
            "UnansweredCalls": rng.integers(0, 50, n).astype(float),
            "CustomerCareCalls": rng.integers(0, 5, n).astype(float),
            "PeakCallsInOut": 10.0 + number,
            "OffPeakCallsInOut": 5.0 + number,
            "MonthsInService": 6 + number % 30,
            "ActiveSubs": 1 + number % 2,
            "ServiceArea": np.where(number % 2 == 0, "NYC", "DAL"),
            "Handsets": 1.0 + number % 3,
            "CurrentEquipmentDays": 100.0 + 10 * number,
            "AgeHH1": np.where(number % 4 == 0, np.nan, 40.0),
            "ChildrenInHH": np.where(number % 2 == 0, "Yes", "No"),
            "HandsetRefurbished": np.where(number % 7 == 0, "Yes", "No"),
            "HandsetWebCapable": np.where(number % 3 == 0, "Yes", "No"),
            "RespondsToMailOffers": np.where(number % 5 == 0, "Yes", "No"),
            "HasCreditCard": np.where(number % 2 == 0, "No", "Yes"),
            "HandsetPrice": np.where(number % 2 == 0, "Unknown", "30"),
            "CreditRating": np.where(number % 2 == 0, "1-Highest", "5-Low"),
            "IncomeGroup": number % 9,
            "PrizmCode": np.where(number % 2 == 0, "Suburban", "Town"),
            "RetentionCalls": (number % 10 == 0).astype(int),
            "RetentionOffersAccepted": (number % 20 == 0).astype(int),
            "MadeCallToRetentionTeam": np.where(number % 10 == 0, "Yes", "No"),
            "ReferralsMadeBySubscriber": (number % 4 == 1) * 2,
        }
    )
    table.loc[0, ["PeakCallsInOut", "OffPeakCallsInOut"]] = 1.0
    table.loc[1, "ServiceArea"] = None
    return table


@pytest.fixture
def customers(tmp_path, monkeypatch):
    with ZipFile(tmp_path / "cell2celltrain.csv.zip", "w") as archive:
        archive.writestr(source.MEMBER, invented().to_csv(index=False))
    found = source.read_customers(tmp_path / "cell2celltrain.csv.zip")
    monkeypatch.setattr(source, "load_customers", lambda: found)
    return found


def test_failures_are_counted_per_call_and_the_hardly_used_left_out(customers):
    table = source.SOURCE.frame("exposure/failures").table
    assert 3_000_000 not in table["unit_id"].tolist(), "two calls a month say nothing about failures"
    assert 3_000_001 not in table["unit_id"].tolist(), "no service area to cluster by"
    third = table.set_index("unit_id").loc[3_000_003]
    # 3 dropped and 1 blocked of 13 + 8 calls made and 1 that never came about.
    assert third["dose"] == pytest.approx(100 * 4 / 22)
    assert third["outcome"] == 1


def test_failures_go_with_covariates_that_no_failure_causes(customers):
    names = " ".join(source.SOURCE.frame("exposure/failures").covariates)
    for consequence in ("change", "care", "retention", "unanswered"):
        assert consequence not in names


def test_several_lines_are_set_against_one_without_the_lines_among_what_is_held_equal(customers):
    table = source.SOURCE.frame("exposure/lines").table
    assert 3_000_001 not in table["unit_id"].tolist(), "its service area is missing"
    subs = customers.set_index("CustomerID").loc[table["unit_id"], "ActiveSubs"]
    assert table["treated"].tolist() == (subs >= 2).astype(int).tolist()
    assert "x_subscriptions" not in table
    assert "x_handsets" in table


def test_who_has_no_active_line_is_in_neither_group(customers):
    none = customers.assign(ActiveSubs=customers["ActiveSubs"].where(customers["CustomerID"] != 3_000_004, 0))
    assert 3_000_004 not in tables.lines_table(none)["unit_id"].tolist()


def test_what_leaks_is_not_among_the_features_of_the_score(customers, monkeypatch):
    seen = {}

    def spy(features, outcome, seed=1):
        seen["names"] = list(features.columns)
        return np.arange(len(features)), np.zeros(len(features))

    monkeypatch.setattr(tables, "score_other_half", spy)
    tables.scores_table(customers)
    assert len(seen["names"]) > 20
    assert not [name for name in seen["names"] if "retention" in name.lower()]


def test_score_is_given_to_customers_that_did_not_make_it():
    many = invented(2_000)
    left = np.random.default_rng(2).integers(0, 2, len(many))
    table = tables.scores_table(many.assign(left=left))
    assert len(table) == 1_000
    assert table["unit_id"].is_unique
    assert abs(np.corrcoef(table["score"], table["outcome"])[0, 1]) < 0.15, (
        "leaving was drawn at random: nothing predicts it"
    )


def test_referrals_compare_stayers_with_leavers_within_time_as_a_customer(customers):
    table = source.SOURCE.frame("exposure/any_referral").table
    assert table["treated"].sum() == (customers["Churn"] == "No").sum()
    assert table["outcome"].sum() == (customers["ReferralsMadeBySubscriber"] > 0).sum()
    assert source.SOURCE.frame("exposure/referral_count").table["outcome"].sum() == 2 * table["outcome"].sum()
    six_months = table.loc[(customers["MonthsInService"] == 6).to_numpy(), "stratum"]
    assert set(six_months) == {"months in service (5, 8]"}


def test_every_difference_of_churn_is_refused(customers):
    for claim in ("proactive-contact-reduces-churn", "industry-churn-gap"):
        assert claim in source.SOURCE.not_identified
    answered = [a.options["quantity"] for answers in source.SOURCE.answers.values() for a in answers]
    assert "churn_difference" not in answered, "leavers were oversampled"
    assert "top_tenth_lift" not in answered, "a lift depends on the share who leave"


def test_spells_last_one_month_from_the_age_the_customer_had(customers):
    table = source.SOURCE.frame("spells").table
    assert (12 * (table["duration_years"] - table["entry_years"])).to_numpy() == pytest.approx(1.0)
    assert table["x_first_year"].tolist() == [float(6 + i % 30 < 12) for i in range(40)]


def test_another_file_is_refused(customers):
    with pytest.raises(DataFault, match="customers = 51047"):
        source.check_facts(customers)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch cell2cell" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_archive_is_the_documented_one_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    source.load_customers()
    for key in source.SOURCE.builders:
        assert len(source.SOURCE.frame(key).table) > (0 if key == "churn_rates" else 25_000)
