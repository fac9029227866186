"""The index in a real browser: what its first screen names, links, filters, views, print, requests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from analysis.register.claims import load_register
from tests.reports.conftest import AXE, CHROMIUM

pytestmark = pytest.mark.browser
CLAIMS = [claim.id for claim in load_register().claims]
LOOKER = Path(__file__).parent / "index_in_a_browser.py"


@pytest.fixture(scope="module")
def seen(pages: Path) -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    command = [sys.executable, str(LOOKER), str(pages), CHROMIUM, str(AXE), json.dumps(CLAIMS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("width", ["1280", "390"])
def test_first_screen_names_nine_claims_and_shows_a_mark_for_each(seen: dict[str, Any], width: str) -> None:
    assert seen["first"][width]["named"] >= 9
    assert seen["first"][width]["marks"] == len(CLAIMS)


@pytest.mark.parametrize("width", ["1280", "390"])
def test_first_screen_names_three_that_hold_three_that_do_not_and_three_that_nobody_knows(
    seen: dict[str, Any], width: str
) -> None:
    assert all(n >= 3 for n in seen["first"][width]["named_by_list"]), seen["first"][width]["named_by_list"]


@pytest.mark.parametrize("view", ["overflow", "overflow_map", "overflow_table"])
@pytest.mark.parametrize("width", ["1280", "390"])
def test_no_view_is_wider_than_the_screen(seen: dict[str, Any], width: str, view: str) -> None:
    assert seen["first"][width][view] <= 0


def test_closed_index_is_eight_screens_at_most(seen: dict[str, Any]) -> None:
    assert seen["first"]["1280"]["screens"] <= 8


def test_every_deep_link_opens_its_card_and_no_other(seen: dict[str, Any]) -> None:
    assert seen["links"]["wrong"] == []


def test_filters_hide_what_does_not_match_and_tell_how_many(seen: dict[str, Any]) -> None:
    found = seen["filters"]
    assert found["all"] == found["after_reset"] == len(CLAIMS)
    assert {"tiers-accelerate-spend", "tier-benefits-must-be-meaningful"} <= set(found["tier"])
    assert found["told"] == f"{len(found['tier'])} of {len(CLAIMS)}"
    assert found["service"] == [claim.id for claim in load_register().claims if claim.family == "service"]
    assert found["families"] == 1


def test_the_address_holds_the_state(seen: dict[str, Any]) -> None:
    found = seen["filters"]
    assert found["address"] == "#q=tier"
    assert found["state"] == "#family=service"
    assert found["again"] == found["service"]
    assert found["opened_address"] == f"#{CLAIMS[0]}"


def test_everything_can_be_read_without_the_script(seen: dict[str, Any]) -> None:
    found = seen["without_script"]
    assert found["cards"] == len(CLAIMS)
    assert found["rows"] >= 2 * len(CLAIMS)
    assert found["tools"] == 0


def test_print_opens_cards_keeps_colours_and_puts_the_table_on_two_pages(seen: dict[str, Any]) -> None:
    assert seen["printed"]["open"] == len(CLAIMS)
    assert seen["printed"]["colours"] == "exact"
    assert 1 <= seen["printed"]["pages"]["#table"] <= 2


def test_no_request_and_no_error(seen: dict[str, Any]) -> None:
    assert seen["requests"] == []
    assert seen["errors"] == []


def test_no_accessibility_violation(seen: dict[str, Any]) -> None:
    if seen["violations"] is None:
        pytest.skip("axe-core is not installed: npm ci --prefix tests/reports")
    assert seen["violations"] == []
