"""Karlan and List's letters: an invented R file of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest
import rdata

from analysis.core.errors import DataFault
from analysis.sources import karlan_list as source

COLUMNS = ["treatment", "treat_ratio2", "treat_ratio3", "out_gavedum", "dormant", "mrm2"]
ROWS = [
    (0, 0, 0, 0, 0, 3),
    (1, 0, 0, 1, 0, 7),
    (1, 1, 0, 0, 1, 8),
    (1, 0, 1, 1, 1, 30),
    (0, 0, 0, 0, 1, 12),
    (1, 0, 0, 0, 0, -999),
]


@pytest.fixture
def table(tmp_path, monkeypatch):
    path = tmp_path / "charitable.rda"
    rdata.write_rda(path, {"charitable": pd.DataFrame(ROWS, columns=COLUMNS).astype("int32")})
    processed = source.process(source.read(path))
    monkeypatch.setattr(source, "load", lambda: processed)
    return processed


def test_arms_are_the_match_ratios_and_the_letter_without(table):
    assert table["arm"].tolist() == ["control", "match 1:1", "match 2:1", "match 3:1", "control", "match 1:1"]
    assert table["assigned"].tolist() == [0, 1, 1, 1, 0, 1]


def test_missing_months_are_missing_and_not_minus_999(table):
    assert table["moderator"].isna().tolist() == [False] * 5 + [True]
    assert source.SOURCE.frame("experiment").table["moderator"].min() == 3


def test_dormant_is_a_last_gift_eight_months_or_more_back(table):
    frame = source.SOURCE.frame("experiment/dormant")
    assert frame.table["moderator"].tolist() == [8, 30, 12]
    assert frame.table["assigned"].tolist() == [1, 1, 0]


def test_raw_share_counts_all_dormant_whatever_the_letter_said(table):
    frame = source.SOURCE.frame("offers/dormant")
    assert frame.table["responded"].tolist() == [0, 1, 0]
    assert frame.table["earlier"].unique().tolist() == ["bought"]


def test_it_answers_what_the_match_adds_and_refuses_what_the_letter_does():
    quantities = {a.options["quantity"] for a in source.SOURCE.answers["reactivation-pays"]}
    assert quantities == {"return_difference_by_offer"}
    assert source.SOURCE.not_identified["reactivation-pays"].naive.options["quantity"] == "return_difference"


def documented() -> pd.DataFrame:
    """Rows that meet every documented fact: 50,083 donors, 16,687 without a match, 1.8 and 2.2 % who gave."""
    control = pd.DataFrame({"treatment": 0, "out_gavedum": [1] * 300 + [0] * 16_387})
    treated = pd.DataFrame({"treatment": 1, "out_gavedum": [1] * 735 + [0] * 32_661})
    return pd.concat([control, treated], ignore_index=True).assign(dormant=0, mrm2=3)


def test_documented_facts_pass_and_a_dormant_flag_of_another_meaning_is_refused():
    source.check_facts(documented())
    with pytest.raises(DataFault, match="dormant"):
        source.check_facts(documented().assign(dormant=1))
    with pytest.raises(DataFault, match="response"):
        source.check_facts(documented().assign(out_gavedum=0))


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_every_frame_can_be_built():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    source.check_facts(source.read(source.files()[0]))
    for key in source.SOURCE.builders:
        assert len(source.SOURCE.frame(key).table) > 1_000
