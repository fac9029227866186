"""Removing any one of the ten tables changes nothing but the claims that need it, and those say so."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.company.schemas import TABLES
from analysis.core.errors import FrameMistake, FrameUnavailable
from analysis.frames.builders.catalogue import BUILDERS
from analysis.sources.base import Source
from analysis.sources.own_claims import ANSWERS
from analysis.sources.own_tables import company_source
from tests.company.invented import tables, write

pytestmark = pytest.mark.slow

TAKES_WHAT_THERE_IS = {"cost_periods": {"transactions", "customers", "subscriptions"}, "offers": {"transactions"}}
"""Frames that tell customers from the best table there is (bought, else subscribed): they may change with each of these."""


def told_beside(key: str, gone: str, column: str) -> bool:
    """Purchases before an experiment, on which the balance of its arms is tested where they are known."""
    return key.startswith("experiment/") and gone == "transactions" and column.startswith("x_")


def build_all(source: Source) -> dict[str, pd.DataFrame | str]:
    """Every frame, or why it cannot be made."""
    made: dict[str, pd.DataFrame | str] = {}
    for key in BUILDERS:
        try:
            made[key] = source.frame(key).table
        except (FrameUnavailable, FrameMistake) as fault:
            made[key] = str(fault)
    return made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame | str]:
    made = build_all(company_source(write(tmp_path_factory.mktemp("whole"), tables(n=120))))
    assert not [key for key, table in made.items() if isinstance(table, str)]
    return made


@pytest.mark.parametrize("gone", list(TABLES))
def test_removing_a_table_touches_only_what_needs_it(gone: str, whole: dict, tmp_path: Path) -> None:
    left = {name: table for name, table in tables(n=120).items() if name != gone}
    source = company_source(write(tmp_path, left))
    for key, table in build_all(source).items():
        if isinstance(table, str):
            assert f"the table {gone}" in table, key
        elif gone not in TAKES_WHAT_THERE_IS.get(key, set()):
            kept = [column for column in whole[key].columns if column in table or not told_beside(key, gone, column)]
            pd.testing.assert_frame_equal(table, whole[key][kept], check_exact=True)
    lacking = {claim: source.missing(claim) for claim in ANSWERS}
    assert all(f"the table {gone}" in why for why in lacking.values() if why)
