"""Whole-life surrenders: invented policies of the same layout, as an R file; the real one where the folder has it."""

from __future__ import annotations

import pandas as pd
import pytest
import rdata

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import insurance_surrender as source
from analysis.sources._rfile import read_r_table

DAY_1995 = 9_132  # 1995-01-02, in days since 1970
ROWS = [
    # issued, quarters, cause: ended within a year, after eleven years by surrender, by death, still in force
    (DAY_1995, 2.0, "surrender"),
    (DAY_1995, 44.0, "surrender"),
    (DAY_1995, 8.0, "death"),
    (DAY_1995, 60.0, "in-force"),
    (DAY_1995 + 400, 4.0, "other"),
]


@pytest.fixture
def policies(tmp_path, monkeypatch):
    table = pd.DataFrame(ROWS, columns=["issue.date", "duration", "termination.cause"]).assign(
        **{
            "acc.death.rider": ["Rider", "NoRider", "NoRider", "NoRider", "NoRider"],
            "gender": ["Female", "Male", "Male", "Male", "Male"],
            "premium.frequency": ["Annual", "Other", "Annual", "Annual", "InfraAnnual"],
            "risk.state": ["Smoker", "NonSmoker", "Smoker", "Smoker", "Smoker"],
            "underwriting.age": ["Young", "Middle", "Old", "Young", "Young"],
            "annual.premium": [-1.0, 0.0, 1.0, 0.0, 0.0],
        }
    )
    table["surrender"] = (table["termination.cause"] == "surrender").astype(float)
    rdata.write_rda(tmp_path / "uslapseagent.rda", {"uslapseagent": table})
    found = read_r_table(tmp_path / "uslapseagent.rda", "uslapseagent")
    monkeypatch.setattr(source, "load_policies", lambda: found)
    return found


def test_policies_are_cut_in_two_at_the_guessed_term_and_the_event_stays_with_the_last_part(policies):
    table = source.SOURCE.frame("spells").table.set_index("cluster").sort_values("entry_years")
    long = table.loc[1]
    assert long["entry_years"].tolist() == [0.0, 10.0]
    assert long["duration_years"].tolist() == [10.0, 11.0]
    assert long["event"].tolist() == [0, 1]
    assert long["x_guessed_term"].tolist() == [1.0, 0.0]
    assert table.loc[0, "event"] == 1 and table.loc[0, "duration_years"] == 0.5
    assert table.loc[2, "event"] == 2 and table.loc[4, "event"] == 3
    assert table.loc[3, "event"].tolist() == [0, 0]


def test_years_at_risk_are_kept_when_policies_are_cut(policies):
    table = source.SOURCE.frame("spells").table
    assert (table["duration_years"] - table["entry_years"]).sum() == pytest.approx((2 + 44 + 8 + 60 + 4) / 4)


def test_yearly_rates_count_surrenders_among_those_in_force_at_new_year(policies):
    table = source.SOURCE.frame("churn_rates").table.set_index("period")
    # On 1 January 1996: three of the first four are in force (one surrendered in mid-1995), the fifth is not sold yet.
    assert table.loc["1996", ["n_start", "n_lost"]].tolist() == [3, 0]
    # The eleven-year policy is surrendered in the first days of January 2006.
    assert table.loc["2006", ["n_start", "n_lost"]].tolist() == [2, 1]


def test_lock_in_is_refused_with_the_naive_ratio(policies):
    refusal = source.SOURCE.not_identified["lock-in-retains"]
    assert "surrender charges is not in the file" in refusal.reason
    assert refusal.naive.options["adjusted"] is False


def test_another_file_is_refused(policies):
    with pytest.raises(DataFault, match="policies = 29317"):
        source.check_facts(policies)


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
    source.load_policies()
    spells = source.SOURCE.frame("spells").table
    assert spells["cluster"].nunique() == 29_317
    assert len(source.SOURCE.frame("churn_rates").table) == 14
