"""Rice farmers' insurance: an invented village or two of the same layout, and the file that the package brings."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import social_insurance as source


def invented(tmp_path) -> pd.DataFrame:
    """Three natural villages in two administrative ones; one farmer lacks literacy."""
    rows = [
        # address, village, bought, age, household, area, disaster, male, default, intensive, averse, literate, peers
        ("a1", "A", 1, 50, 4, 10, 20, 1, 1, 0, 0.2, 1, 0.6),
        ("a1", "A", 0, 41, 5, 8, 30, 1, 1, 1, 0.0, 0, 0.6),
        ("a2", "A", 0, 62, 3, 12, 40, 0, 0, 0, 0.4, 1, 0.3),
        ("b1", "B", 1, 38, 6, 20, 10, 1, 0, 1, 0.0, None, 0.4),
        ("b1", "B", 0, 55, 4, 15, 25, 1, 0, 0, 0.6, 1, 0.4),
    ]
    columns = ["address", "village", "takeup_survey", "age", "agpop", "ricearea_2010", "disaster_prob", "male", "default",
               "intensive", "risk_averse", "literacy", "pre_takeup_rate"]  # fmt: skip
    path = tmp_path / "Cai_2015.csv"
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    return source.read_csv(path)


@pytest.fixture
def frame(tmp_path, monkeypatch):
    raw = invented(tmp_path)
    monkeypatch.setattr(source, "load", lambda: source.process(raw))
    return source.SOURCE.frame("peer_encouragement")


def test_farmers_without_a_control_are_left_out(frame):
    assert len(frame.table) == 4
    assert frame.table["x_age"].tolist() == [50, 41, 62, 55]


def test_instrument_is_the_neighbours_default_and_clusters_are_natural_villages(frame):
    assert frame.table["instrument"].tolist() == [1, 1, 0, 0]
    assert frame.table["peer_rate"].tolist() == [0.6, 0.6, 0.3, 0.4]
    assert frame.table["cluster"].tolist() == [0, 0, 1, 2]
    assert frame.table["outcome"].tolist() == [1, 0, 0, 0]


def test_administrative_villages_become_dummies_less_one(frame):
    villages = [c for c in frame.covariates if c.startswith("x_village")]
    assert villages == ["x_village_B"] and frame.table["x_village_B"].tolist() == [0, 0, 0, 1]
    assert len(frame.covariates) == 8 + 1


def test_a_file_of_another_size_is_refused(tmp_path):
    with pytest.raises(DataFault, match="rows = 1410"):
        source.check_facts(invented(tmp_path))


def test_the_packages_file_is_the_documented_one():
    source.check_facts(source.read_csv(source.files()[0]))
    frame = source.SOURCE.frame("peer_encouragement")
    assert frame.table["cluster"].nunique() <= 166
    assert source.SOURCE.absence() is None
