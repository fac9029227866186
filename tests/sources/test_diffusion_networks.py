"""Diffusion networks: a small invented network as an R file; the real ones where the data folder has them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdata

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import diffusion_networks as source
from analysis.sources._rfile import read_r_table

DOCTORS = source.STUDIES[0]


@pytest.fixture
def people(tmp_path):
    """Four people in two cities. 1 named 2, 3 and herself; 2 named 3 twice; 3 named nobody; the other city's 1 is alone."""
    table = pd.DataFrame(
        {
            "city": [1.0, 1.0, 1.0, 2.0],
            "id": [1.0, 2.0, 3.0, 1.0],
            "toa": [4.0, 3.0, 2.0, 18.0],
            "net1_1": [2.0, 3.0, 0.0, np.nan],
            "net1_2": [3.0, 3.0, np.nan, 9.0],
            "net1_3": [1.0, np.nan, np.nan, np.nan],
            "proage": [1.0, 2.0, 3.0, np.nan],
            "detail": [0.0, 1.0, 0.0, 0.0],
            "journ2": [5.0, 5.0, 5.0, 5.0],
        }
    )
    rdata.write_rda(tmp_path / "medInnovations.rdata", {"medInnovations": table})
    return read_r_table(tmp_path / "medInnovations.rdata", "medInnovations")


def test_ties_stand_once_each_inside_the_network_and_never_to_oneself(people):
    found = source.ties(DOCTORS, people)
    assert sorted(map(tuple, found.to_numpy().tolist())) == [(1001, 1002), (1001, 1003), (1002, 1003)]


def test_exposure_is_the_share_of_contacts_who_adopted_before_the_period(people):
    table = source.person_periods(DOCTORS, people).set_index(["person", "period"])
    assert table["exposure"].to_dict() == {
        (1001, 2): 0.0,  # nobody before the second month
        (1002, 2): 0.0,
        (1001, 3): 0.5,  # 3 adopted in the second month, 2 had not
        (1002, 3): 1.0,
        (1001, 4): 1.0,
    }
    assert table["adopted"].to_dict() == {(1001, 2): 0, (1002, 2): 0, (1001, 3): 0, (1002, 3): 1, (1001, 4): 1}


def test_last_period_and_people_without_contacts_are_left_out_unless_asked_for(people):
    assert source.person_periods(DOCTORS, people)["person"].isin((1001, 1002)).all()
    everyone = source.person_periods(DOCTORS, people, isolates=True)
    assert everyone["period"].max() == 18
    assert (everyone.loc[everyone["person"] == 2001, "exposure"] == 0).all()


def test_unknown_covariates_are_the_studys_mean_and_periods_of_studies_do_not_meet(people):
    table = source.adoption_table({"doctors": people})
    assert table["x_doctors_proage"].abs().sum() > 0
    assert not table.isna().any(axis=None)
    women = people.rename(columns={"city": "village"}).assign(
        age=30.0, sons=1.0, media6=1.0, media18=0.0, toa=[4, 3, 2, 11]
    )
    both = source.adoption_table({"doctors": people, "women": women})
    periods = both.groupby(both["network"].str.split().str[0])["period"].agg(set)
    assert not periods["doctors"] & periods["women"]
    assert (both.loc[both["network"].str.startswith("women"), "x_doctors_proage"] == 0).all()


def test_another_file_is_refused(people):
    with pytest.raises(DataFault, match="people among doctors = 125"):
        source.check_facts(DOCTORS, people)


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch diffusion_networks" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_the_real_files_are_the_documented_ones_and_their_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    frame = source.SOURCE.frame("network_adoption")
    assert frame.table["network"].nunique() == 4 + 11 + 25
