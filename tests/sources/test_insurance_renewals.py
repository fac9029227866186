"""Motor insurance renewals: invented policies of the same layout, as an R file; the real one where the folder has it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdata

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import insurance_renewals as source
from analysis.sources._rfile import read_r_table


def invented(n: int = 60) -> pd.DataFrame:
    """Return policies; the first three have prices that are easy to follow."""
    number = np.arange(n)
    last = 200.0 + number
    factor = np.select([number % 3 == 0, number % 3 == 1], [1.0, 0.98], 1.25)
    table = pd.DataFrame(
        {
            "lapse": (number % 4 == 0).astype(int),
            "polholder_age": 20 + number,
            "polholder_BMCevol": np.select([number % 3 == 0, number % 3 == 1], ["stable", "down"], "up"),
            "polholder_diffdriver": np.where(number % 2 == 0, "same", "young drivers"),
            "polholder_gender": np.where(number % 2 == 0, "Male", "Female"),
            "polholder_job": np.where(number % 5 == 0, "medical", "normal"),
            "policy_age": number % 7,
            "policy_caruse": np.where(number % 6 == 0, "unknown", "private or freelance work"),
            "policy_nbcontract": 1 + (number % 10 == 0),
            "prem_final": last * factor,
            "prem_freqperyear": np.where(number % 2 == 0, "1 per year", "12 per year"),
            "prem_last": last,
            "prem_market": np.full(n, 220.0),
            "prem_pure": last * (0.8 + 0.001 * number),
            "vehicl_age": number % 18,
            "vehicl_agepurchase": number % 11,
            "vehicl_garage": np.where(number % 2 == 0, "street", "private garage"),
            "vehicl_powerkw": np.where(number % 2 == 0, "25-50 kW", "100 kW"),
            "vehicl_region": np.where(number % 2 == 0, "Reg1", "Reg4"),
        }
    )
    table.loc[0, "prem_final"] = last[0] * 1.1
    return table


@pytest.fixture
def renewals(tmp_path, monkeypatch):
    path = tmp_path / "eudirectlapse.rda"
    rdata.write_rda(path, {"eudirectlapse": invented()})
    found = read_r_table(path, "eudirectlapse")
    monkeypatch.setattr(source, "load_renewals", lambda: found)
    return found


def test_price_change_and_market_gap_are_logarithms_of_ratios(renewals):
    table = source.SOURCE.frame("price_exposure/any_change").table
    assert table["price_change"].iloc[0] == pytest.approx(np.log(1.1))
    assert table["market_gap"].iloc[0] == pytest.approx(np.log(220.0 / 220.0))
    assert table["price_change"].iloc[1] == pytest.approx(np.log(0.98))


def test_answer_looks_only_where_the_bonus_class_stood_still(renewals):
    frame = source.SOURCE.frame("price_exposure/increase")
    assert len(frame.table) == (renewals["polholder_BMCevol"] == "stable").sum()
    assert (frame.table[["x_bonus_up", "x_bonus_down"]] == 0).all(axis=None)
    uses = {a.frame: a.options for a in source.SOURCE.answers["loyal-customers-tolerate-prices"]}
    assert uses["price_exposure/any_change"]["adjusted"] is False, "prices set by claims are shown as naive only"


def test_gap_to_the_market_is_not_held_equal_where_it_is_the_question(renewals):
    assert "x_last_premium_over_market" in source.SOURCE.frame("price_exposure/any_change").covariates
    assert "x_last_premium_over_market" not in source.SOURCE.frame("price_exposure/market").covariates
    assert "proxy" in source.SOURCE.frame("price_exposure/market").context.indirect


def test_several_policies_are_compared_without_their_prices(renewals):
    frame = source.SOURCE.frame("exposure")
    assert frame.table["treated"].sum() == 6
    assert not [c for c in frame.covariates if "market" in c or "final" in c or "change" in c]


def test_power_and_payments_are_read_from_their_words(renewals):
    risk = source.risk(renewals)
    assert risk["x_power"].tolist()[:2] == [0.5, 1.0]
    assert risk["x_log_payments_a_year"].tolist()[:2] == pytest.approx([0.0, np.log(12)])
    assert not risk.isna().any(axis=None)


def test_churn_rate_counts_lapses_over_policies(renewals):
    row = source.SOURCE.frame("churn_rates").table.iloc[0]
    assert (row["n_start"], row["n_lost"], row["years"]) == (60, 15, 1.0)


def test_score_is_given_to_the_other_half():
    many = invented(1_000)
    table = source.scores_table(many.assign(lapse=np.random.default_rng(2).integers(0, 2, len(many))))
    assert len(table) == 500
    assert abs(np.corrcoef(table["score"], table["outcome"])[0, 1]) < 0.15, (
        "lapse was drawn at random: nothing predicts it"
    )


def test_another_file_is_refused(renewals):
    with pytest.raises(DataFault, match="policies = 23060"):
        source.check_facts(renewals)


def test_r_file_without_the_object_says_what_it_holds(tmp_path):
    path = tmp_path / "other.rda"
    rdata.write_rda(path, {"something": pd.DataFrame({"a": [1.0]})})
    with pytest.raises(DataFault, match=r"named 'eudirectlapse'; it holds \['something'\]"):
        read_r_table(path, "eudirectlapse")


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch insurance_lapse" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    source.load_renewals()
    for key in source.SOURCE.builders:
        assert len(source.SOURCE.frame(key).table) > (0 if key == "churn_rates" else 11_000)


@pytest.mark.real_data
def test_every_large_increase_follows_a_worse_bonus_class():
    """The reason why the answer leaves those policies out: nothing else tells price from claims."""
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    renewals = source.load_renewals()
    rise = renewals["prem_final"] / renewals["prem_last"] - 1
    assert set(renewals.loc[rise >= 0.1, "polholder_BMCevol"]) == {"up"}
    assert set(renewals.loc[renewals["polholder_BMCevol"] == "up", "polholder_BMCevol"][rise < 0.1]) == set()
