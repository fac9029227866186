"""Tmall promotion buyers: invented pairs of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.sources import tmall_repeat as source
from analysis.sources.public_files import load_once, read_csv

ROWS = [(1, 10, 0), (1, 11, 1), (2, 10, 0), (3, 12, 0)]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "train_format1.csv"
    pd.DataFrame(ROWS, columns=["user_id", "merchant_id", "label"]).to_csv(path, index=False)
    return path


def test_lost_are_those_who_did_not_come_back(path, monkeypatch):
    monkeypatch.setattr(source, "load", lambda: read_csv(path))
    frame = source.SOURCE.frame("churn_rates")
    assert frame.table[["n_start", "n_lost", "years"]].to_numpy().tolist() == [[4, 3, 0.5]]
    assert "promotion" in frame.context.indirect


def test_another_file_is_refused(path):
    with pytest.raises(DataFault, match="pairs = 260864"):
        load_once(lambda: (path,), read_csv, source.check_facts)()


def test_it_answers_nothing_and_says_why():
    assert not source.SOURCE.answers
    assert set(source.SOURCE.not_identified) == {"industry-churn-gap", "churn-is-predictable"}


def test_without_the_data_folder_it_is_absent_and_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("RETENTION_DATA_DIR", str(tmp_path))
    assert "fetch tmall_repeat" in source.SOURCE.absence()
    with pytest.raises(FrameUnavailable):
        source.files()


@pytest.mark.real_data
def test_six_in_a_hundred_of_the_real_pairs_come_back():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    row = source.SOURCE.frame("churn_rates").table.iloc[0]
    assert 1 - row["n_lost"] / row["n_start"] == pytest.approx(0.0612, abs=5e-5)
