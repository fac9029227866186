"""Anonymous Bank: invented calls of the same layout; the real file where the data folder has it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import call_centre_1999 as source

COLUMNS = ["priority", "type", "date", "vru_exit", "q_time", "outcome"]
CALLS = pd.DataFrame(
    [
        (2, "PS", 990201, "7:02:56", 12, "AGENT"),
        (1, "PS", 990201, "7:59:01", 90, "HANG"),
        (0, "PS", 990201, "7:10:00", 0, "AGENT"),
        (1, "NE", 990202, "16:00:00", 30, "PHANTOM"),
        (2, "NE", 990202, "16:30:00", 0, "AGENT"),
    ],
    columns=COLUMNS,
)


def test_identified_callers_meet_in_their_hour_and_business():
    table = source.waits_table(CALLS)
    assert table["favoured"].tolist() == [1, 0, 1]
    assert table["gave_up"].tolist() == [0, 1, 0]
    assert table["stratum"].tolist() == ["PS 990201 7", "PS 990201 7", "NE 990202 16"]
    assert table["wait"].tolist() == [12.0, 90.0, 0.0]


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="calls = 33344"):
        source.check_facts(CALLS)


@pytest.mark.real_data
def test_the_real_file_is_the_documented_one_and_the_others_pay_for_it():
    from analysis.verdicts.collecting import collect

    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    assert len(source.SOURCE.frame("waits").table) > 13_000
    by_name = {
        e.quantity: e for e in collect("value-first-queues-pay", [source.SOURCE]).estimates if e.role == "answer"
    }
    assert by_name["favoured_wait_change"].high < 0 < by_name["others_wait_change"].low
