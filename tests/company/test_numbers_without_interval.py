"""A company's number without an interval is said on its card, with the reason why nobody knows how far off it may be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.core.results import Estimate
from analysis.core.vocabulary import Kind, Outcome, Role
from analysis.core.wording import number
from analysis.verdicts.decide import decide
from analysis.verdicts.words import headline_of, why_no_interval
from tests.helpers import a_claim, an_estimate

SHOP = "Corner shop"


def own(value: float | None, low: float | None = None, high: float | None = None, **changes: object) -> Estimate:
    return an_estimate(value, low, high, kind=Kind.OWN, source=SHOP, **changes)


def test_a_number_without_an_interval_is_said_and_why_it_has_none() -> None:
    found = decide(a_claim(), [own(3.2, n=411, method="two sums compared, no interval below two years")], scope=SHOP)
    assert found.outcome is Outcome.NOTHING_FOUND  # the rule's state stays: nothing decides
    assert headline_of(found) == "no verdict, margin of error not known"
    assert found.sentence.startswith(
        "No verdict: Corner shop comes to 3.2 points (n = 411), and how far off that may be is not known: no interval below two "
        "years. What would settle it:"
    )


def test_a_number_that_has_no_vote_is_said_with_its_ends() -> None:
    found = decide(a_claim(), [own(3.0, 1.0, 5.0, events=4)], scope=SHOP)
    assert headline_of(found) == "no verdict, a number without a vote"
    assert (
        "Corner shop comes to 3 points (1 to 5), shown without a vote: a group has 4 events, fewer than 10."
        in found.sentence
    )


def test_a_quick_number_alone_is_no_answer() -> None:
    found = decide(a_claim(), [own(3.0, role=Role.NAIVE)], scope=SHOP)
    assert headline_of(found) == "nothing found"
    assert "no checked evidence was found" in found.sentence


def test_what_is_in_print_alone_is_no_number_of_the_data() -> None:
    found = decide(a_claim(), [an_estimate(3.0, kind=Kind.PUBLISHED, source="Somebody 2001")])
    assert headline_of(found) != "no verdict, margin of error not known"


@pytest.mark.parametrize(
    ("method", "why"),
    [
        (
            "fixed effects, seasons left in for want of a second year: no interval",
            "seasons left in for want of a second year",
        ),
        ("ratio of costs (no interval)", "the data do not carry one"),
        (
            "log share; no interval: one stretch of the periods holds all movement",
            "one stretch of the periods holds all movement",
        ),
        ("plain means", "the data do not carry one"),
    ],
)
def test_the_reason_is_taken_from_the_method(method: str, why: str) -> None:
    assert why_no_interval(method) == why


def test_the_card_of_a_young_shop_shows_its_number(folder: Callable[..., Path]) -> None:
    """Under two years the season cannot be taken out of spend by tenure: a number, and no interval."""
    rng = np.random.default_rng(8)
    rows = [
        (customer, day, round(float(rng.gamma(3, 10)), 2))
        for customer in range(200)
        for day in pd.date_range("2023-01-01", "2024-06-30", freq=f"{rng.integers(15, 60)}D")
    ]
    log = pd.DataFrame(rows, columns=["customer_id", "at", "amount"])
    toml = f'[company]\nname = "{SHOP}"\nend_of_observation = "2024-06-30"\n'
    session = analysis.start(
        "04_loyal_customers", data=str(folder({"transactions.csv": log.to_csv(index=False)}, toml))
    )
    card = session.answer("spend-grows-with-tenure")
    mine = next(v for v in card.verdicts if v.scope == SHOP)
    e = next(r.estimate for r in mine.assessments)
    assert e.value is not None
    assert not e.quantified
    shown = card.html()
    assert "nothing found" not in shown.split(f"For {SHOP}")[1]
    assert number(e.value) in shown.split(f"For {SHOP}")[1]
    assert "seasons left in for want of a second year" in shown


def test_public_numbers_keep_the_state_that_the_rule_has_for_them() -> None:
    found = decide(a_claim(), [an_estimate(3.0, 1.0, 5.0, role=Role.CONTEXT)])
    assert headline_of(found) == "nothing found"
