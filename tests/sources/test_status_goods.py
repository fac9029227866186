"""Platinum cards: invented customers of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import status_goods as source

RAW = pd.DataFrame({"platinum": [1.0, 0.0, 1.0], "exclude": [0.0, 0.0, 1.0], "decision": [1.0, 0.0, None]})


def test_who_could_not_be_reached_is_left_out():
    table = source.experiment_table(RAW)
    assert table["assigned"].tolist() == [1, 0]
    assert table["outcome"].tolist() == [1.0, 0.0]
    assert table["arm"].tolist() == ["platinum name", "control"]


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="customers drawn = 1260"):
        source.check_facts(RAW)


@pytest.mark.real_data
def test_the_real_file_shows_the_published_take_up():
    """Bursztyn et al. 2018: 21 against 14 in a hundred, among those reached."""
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    table = source.SOURCE.frame("experiment").table
    assert table.groupby("assigned")["outcome"].mean().round(2).tolist() == [0.14, 0.22]
