"""The same offer to earlier buyers and others: every expected value is worked out by hand from counts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Scale
from analysis.estimators.observational.response_comparison import estimate_offer_response
from tests.draws import draws, fewest, most
from tests.estimators.frames_for_tests import a_claim_on, a_frame, of_role

GAP = a_claim_on("response_gap", Scale.PERCENTAGE_POINTS)
RATIO = a_claim_on("response_ratio", Scale.RATIO)
ODDS = a_claim_on("response_odds_ratio", Scale.ODDS_RATIO)
CONTACTS = a_claim_on("contacts_per_sale_ratio", Scale.RATIO)

# stratum, what they did before, people, of whom responded
CELLS = [("A", "bought", 40, 20), ("A", "never", 100, 10), ("B", "bought", 60, 12), ("B", "never", 50, 15)]


def offers(cells=CELLS, strata=True, **extra):
    rows = [
        (stratum, earlier, int(person < responded))
        for stratum, earlier, people, responded in cells
        for person in range(people)
    ]
    stratum, earlier, responded = (list(column) for column in zip(*rows, strict=True))
    columns = {"earlier": earlier, "responded": responded} | ({"stratum": stratum} if strata else {})
    return a_frame("offers", **columns, **{name: [f(e) for e in earlier] for name, f in extra.items()})


def test_gap_is_taken_within_strata_at_the_buyers_mix():
    """Buyers 32 of 100; the others at the buyers' mix .4 x .10 + .6 x .30 = .22: a gap of 10 points."""
    answer = of_role(estimate_offer_response(offers(), GAP), "answer")
    variance = 0.16 * 0.25 / 39 + 0.36 * 0.16 / 59 + 0.16 * 0.09 / 99 + 0.36 * 0.21 / 49
    assert answer.value == pytest.approx(10.0)
    assert answer.high - answer.value == pytest.approx(100 * 1.959964 * math.sqrt(variance), rel=1e-6)
    assert answer.n == 250


def test_naive_gap_throws_the_strata_together():
    """32 of 100 against 25 of 150."""
    naive = of_role(estimate_offer_response(offers(), GAP), "naive")
    assert naive.value == pytest.approx(100 * (0.32 - 25 / 150))


def test_ratio_and_contacts_per_sale():
    """32 over 22 in a hundred; with two contacts for each stranger and one for each buyer, twice that per sale."""
    assert of_role(
        estimate_offer_response(offers(), RATIO, quantity="response_ratio"), "answer"
    ).value == pytest.approx(32 / 22)
    frame = offers(x_contacts=lambda earlier: 1.0 if earlier == "bought" else 2.0)
    answer = of_role(estimate_offer_response(frame, CONTACTS, quantity="contacts_per_sale_ratio"), "answer")
    assert answer.value == pytest.approx(2 * 32 / 22)


def test_odds_ratio_that_is_the_same_in_all_strata_is_found():
    """Odds 1:1 against 1:4 in one stratum, 2:3 against 1:6 in the other: an odds ratio of 4 in both."""
    cells = [("A", "bought", 60, 30), ("A", "never", 100, 20), ("B", "bought", 50, 20), ("B", "never", 70, 10)]
    found = estimate_offer_response(offers(cells), ODDS, quantity="response_odds_ratio")
    assert of_role(found, "answer").value == pytest.approx(4.0, rel=1e-6)
    crude = (50 / 60) / (30 / 140)
    assert of_role(found, "naive").value == pytest.approx(crude, rel=1e-6)


def test_strangers_and_decliners_stand_beside_the_answer():
    cells = [*CELLS, ("A", "declined", 100, 0), ("B", "declined", 100, 0)]
    found = estimate_offer_response(offers(cells), GAP)
    context = {e.method.split(",")[0]: e.value for e in found if e.role == "context"}
    assert context["earlier buyers against people never asked before"] == pytest.approx(10.0)
    assert context["earlier buyers against people who declined before"] == pytest.approx(32.0)
    # All who never bought: A 10 of 200, B 15 of 150; at the buyers' mix .4 x .05 + .6 x .1 = .08.
    assert of_role(found, "answer").value == pytest.approx(24.0)


def test_without_strata_there_is_one_number_and_no_naive_one_beside_it():
    found = estimate_offer_response(offers(strata=False), GAP)
    assert [e.role for e in found] == ["answer"]
    assert found[0].value == pytest.approx(100 * (0.32 - 25 / 150))


def test_stratum_with_one_kind_only_is_left_out():
    answer = of_role(estimate_offer_response(offers([*CELLS, ("C", "never", 500, 500)]), GAP), "answer")
    assert answer.value == pytest.approx(10.0) and answer.n == 250


@pytest.mark.slow
def test_interval_covers_a_gap_of_nothing_in_19_of_20_scenarios():
    rng, covered, runs = np.random.default_rng(3), 0, draws(300, 150)
    for _ in range(runs):
        counts = [("A", "bought", 50, rng.binomial(50, 0.2)), ("A", "never", 200, rng.binomial(200, 0.2))]
        answer = estimate_offer_response(offers(counts), GAP)[0]
        covered += answer.low <= 0 <= answer.high
    assert fewest(runs) <= covered <= most(runs)


@pytest.mark.parametrize(
    ("frame", "options", "message"),
    [
        (offers([("A", "bought", 5, 2), ("A", "never", 50, 2)]), {}, "at least 30 who bought.*got 5 and 50"),
        (
            offers([("A", "bought", 40, 0), ("A", "never", 50, 2)]),
            {"quantity": "response_ratio"},
            "someone who responded",
        ),
        (
            offers([("A", "bought", 40, 4), ("B", "never", 50, 2)]),
            {},
            "at least one stratum must hold two people of each",
        ),
    ],
)
def test_frames_that_cannot_answer_say_why(frame, options, message):
    with pytest.raises(FrameMistake, match=message):
        estimate_offer_response(frame, RATIO if options else GAP, **options)


def test_unknown_quantity_is_refused():
    with pytest.raises(ParameterMistake, match="`quantity` must be one of"):
        estimate_offer_response(offers(), GAP, quantity="response")


def test_contacts_that_differ_widen_the_interval():
    """All 40 of each group buy, buyers after 1 or 3 contacts in turn: var ln(mean contacts) = s² / (40 · 2²), s² = 40/39."""
    contacts = iter([1.0, 3.0] * 20)
    cells = [("A", "bought", 40, 40), ("A", "never", 40, 40)]
    frame = offers(cells, x_contacts=lambda earlier: next(contacts) if earlier == "bought" else 1.0)
    answer = of_role(estimate_offer_response(frame, CONTACTS, quantity="contacts_per_sale_ratio"), "answer")
    assert answer.value == pytest.approx(0.5)
    assert math.log(answer.high / answer.value) == pytest.approx(1.959964 * math.sqrt(40 / 39 / 40 / 4), rel=1e-6)
