"""Complaints: invented rows of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import cfpb_complaints as source

ROWS = [
    ("Mortgage", "A", "Closed with explanation", "Yes"),
    ("Mortgage", "B", "Closed with monetary relief", "No"),
    ("Credit card", "A", "Closed with non-monetary relief", "No"),
    ("Credit card", "A", "Untimely response", None),
    ("Credit card", "A", "Closed", "Yes"),
    ("Credit card", "C", "Closed with explanation", None),
]
RAW = pd.DataFrame(ROWS, columns=["Product", "Company", source.RESPONSE, source.DISPUTED])


def test_relief_is_held_against_explanation_among_those_who_were_asked():
    table = source.dispute_table(RAW)
    assert table["exposure"].tolist() == [0.0, 1.0, 1.0]
    assert table["outcome"].tolist() == [100.0, 0.0, 0.0]
    assert table["cluster"].tolist() == [0, 1, 0]


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="complaints = 3186"):
        source.check_facts(RAW)


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_has_no_vote():
    from analysis.verdicts.collecting import collect

    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    found = collect("recovery-restores-loyalty", [source.SOURCE]).estimates
    assert found and not [e for e in found if e.role == "answer"]
