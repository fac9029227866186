"""The ledger stands on the pages: in the list of sources of a claims notebook, and in that of the measures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import analysis

LOG = "customer_id,at,amount\n" + "".join(
    f"{i % 9},{2022 + i % 3}-{i % 12 + 1:02d}-{i % 28 + 1:02d},{i % 50}\n" for i in range(600)
)
HEADLESS = ",2024-01-05,7\n"


def test_every_kind_of_page_shows_the_ledger(folder: Callable[..., Path]) -> None:
    place = str(folder({"t.csv": LOG + HEADLESS}, '[company]\nname = "Acme"\n'))
    loyal = analysis.start("04_loyal_customers", data=place)
    measures = analysis.start("01_retention_metrics", data=place)
    for shown in (loyal.source_list(), analysis.show_measured_sources(measures)):
        text = repr(shown)
        assert "Quality ledger" in text
        assert "no customer_id" in text
        assert "601" in text


def test_without_own_data_there_is_no_ledger() -> None:
    assert "Quality ledger" not in repr(analysis.show_measured_sources(analysis.start("01_retention_metrics")))
