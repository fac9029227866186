"""Parts of the index: lists, certainty, people's units, evidence map, changes, ClaimReview, the table as a file."""

import csv
import io
import json

import pytest

from analysis.core import paths
from analysis.core.vocabulary import Confidence, Design, Kind, Outcome, Role
from analysis.notebook.section.headline import DOTS, how_sure
from analysis.register.claims import load_register
from analysis.reporting.changes import changes_of
from analysis.reporting.claim_review import claim_reviews
from analysis.reporting.downloads import to_csv
from analysis.reporting.evidence_map import row_of
from analysis.reporting.findings_table import findings_rows
from analysis.reporting.index_entries import best_of, studies_by_design
from analysis.reporting.index_words import LISTS, in_lists, lead_sentence, list_of, named_at_once
from analysis.reporting.protocol import what_was_read
from analysis.reporting.scoreboard import public_of
from analysis.verdicts.decide import decide
from analysis.verdicts.people_units import how_much, spread_over
from tests.helpers import an_estimate

REGISTER = load_register()
WINBACK = REGISTER["reactivation-pays"]
RETURN = WINBACK.quantity("return_difference")


def an_answer(value, low, high, **changes):
    given = {"n": 20_000, "source": "Trial A", "design": Design.RANDOMISED} | changes
    return an_estimate(value, low, high, claim=WINBACK.id, quantity=RETURN, **given)


def a_sign(sign, **changes):
    return an_answer(None, None, None, **({"kind": Kind.PUBLISHED, "sign": sign, "n": None} | changes))


# --- words --------------------------------------------------------------------------------------------------------


def test_every_outcome_stands_in_a_list_and_every_confidence_has_dots_and_words():
    assert {list_of(outcome) for outcome in Outcome} == set(LISTS)
    assert [
        DOTS[c] for c in (Confidence.NONE, Confidence.VERY_LOW, Confidence.LOW, Confidence.MODERATE, Confidence.HIGH)
    ] == [
        0,
        1,
        2,
        3,
        4,
    ]


def test_where_the_evidence_gives_no_answer_nobody_is_told_to_be_sure():
    unclear = decide(WINBACK, [an_answer(0.0, -3.0, 3.0)])
    found = decide(WINBACK, [an_answer(0.5, 0.3, 0.7)])
    assert (unclear.outcome, found.outcome) == (Outcome.OPEN, Outcome.HOLDS)
    assert "sure" not in how_sure(unclear) and "does not settle it" in how_sure(unclear)
    assert "sure" in how_sure(found)
    assert how_sure(decide(WINBACK, [])).startswith("There is no verdict")


def test_lead_sentence_counts_every_claim_once():
    holds, fails, none = (
        decide(WINBACK, [an_answer(0.5, 0.3, 0.7)]),
        decide(WINBACK, [an_answer(-5, -6, -4)]),
        decide(WINBACK, []),
    )
    told = lead_sentence([holds, holds, fails, none])
    assert told.startswith("Of 4 popular claims about keeping customers, 2 hold up or lean that way, 1 falls short")
    assert "for 1 nobody knows" in told


def test_lists_name_the_surest_first_and_the_most_repeated_among_equals():
    entries = [
        {"list": "hold-up", "dots": d, "n_articles": a, "n_studies": s, "id": i}
        for i, d, a, s in (("a", 1, 1, 9), ("b", 1, 3, 1), ("c", 2, 1, 1))
    ]
    first, second, third = in_lists(entries)
    assert [e["id"] for e in first["claims"]] == ["c", "b", "a"]
    assert (second["claims"], third["claims"], first["narrow"]) == ([], [], 3)


@pytest.mark.parametrize("lengths", [[46, 0, 0], [0, 4, 42], [2, 2, 2], [15, 15, 16]])
def test_nine_claims_are_named_wherever_there_are_nine(lengths):
    named = named_at_once(lengths, 9)
    assert sum(named) == min(9, sum(lengths))
    assert all(n <= length for n, length in zip(named, lengths, strict=True))


# --- numbers ------------------------------------------------------------------------------------------------------


def test_points_become_customers_in_a_thousand():
    assert how_much(RETURN, 0.55, 0.36, 0.72) == "6 more in 1,000 (4 to 7)"
    assert how_much(RETURN, -1.6, -5.1, 1.9) == "16 fewer in 1,000 (51 fewer to 19 more)"
    per_contact = REGISTER["generic-messages-tire"].quantity("unsubscribes_per_further_contact")
    assert how_much(per_contact, 1.6, 1.1, 2.1) == "16 more in 1,000 for each contact (11 to 21)"


def test_ends_that_round_to_the_same_are_told_apart():
    odds = REGISTER["loyal-customers-tolerate-prices"].quantity("price_tenure_odds_ratio")
    assert how_much(odds, 1.0201, 1.0035, 1.037).startswith("1.02 times")
    assert "(1 to 1)" not in how_much(odds, 1.0201, 1.0035, 1.037)


def test_agreeing_sources_are_told_by_their_range():
    assert spread_over(RETURN, [0.3, 0.9]) == "3 to 9 more in 1,000, two sources"
    assert spread_over(RETURN, [-2.6, -0.7, 0.1]) == "26 fewer to 1 more in 1,000, three sources"


def test_nothing_that_decided_gives_no_number():
    assert best_of(WINBACK, decide(WINBACK, [a_sign(1)])) == ""


def test_studies_are_counted_once_each_by_design():
    verdict = decide(
        WINBACK,
        [
            an_answer(0.5, 0.3, 0.7),
            a_sign(1, source="B", design=Design.OBSERVATIONAL),
            a_sign(-1, source="C", design=Design.OBSERVATIONAL),
            an_answer(9.0, 8.0, 10.0, source="D", role=Role.NAIVE),
        ],
    )
    assert studies_by_design(verdict) == "3 studies: 1 randomised, 2 observational"
    assert studies_by_design(decide(WINBACK, [an_answer(0.5, 0.3, 0.7)])) == "1 randomised study"
    assert studies_by_design(decide(WINBACK, [])) == "no study"


# --- the map ------------------------------------------------------------------------------------------------------


def test_map_has_a_mark_a_study_by_side_and_kind():
    verdict = decide(
        WINBACK,
        [
            an_answer(0.5, 0.3, 0.7),
            a_sign(-1, source="B", design=Design.OBSERVATIONAL),
            a_sign(0, source="C", design=Design.OBSERVATIONAL),
        ],
    )
    row = row_of(verdict)
    cells = {cell["design"]: cell for cell in row["cells"]}
    assert [m["mark"] for m in cells["randomised"]["marks"]] == ["●"]
    assert [m["mark"] for m in cells["observational"]["marks"]] == ["◇", "□"]
    assert cells["observational"]["told"] == "1 against, 1 neither"
    assert (cells["model"]["marks"], row["state"]) == ([], "tested")


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([], "nobody"),
        ([a_sign(1)], "badly"),
        ([an_answer(0.5, 0.3, 0.7, design=Design.OBSERVATIONAL)], "weakly"),
        ([an_answer(0.0, -0.7, 0.7)], "unclear"),
        ([an_answer(-0.5, -0.7, -0.3)], "no-effect"),
        ([an_answer(0.5, 0.3, 0.7)], "tested"),
    ],
)
def test_an_empty_row_a_bad_or_weak_test_and_no_effect_are_different_things(answers, state):
    assert row_of(decide(WINBACK, answers))["state"] == state


# --- for machines and sceptics ------------------------------------------------------------------------------------


def test_claim_review_has_every_claim_with_its_address():
    public = public_of([], REGISTER)
    graph = json.loads(claim_reviews(REGISTER.claims, public))["@graph"]
    assert [review["@id"] for review in graph] == [f"index.html#{claim.id}" for claim in REGISTER.claims]
    assert all(review["claimReviewed"] and review["reviewBody"] for review in graph)
    assert all("ratingValue" not in review["reviewRating"] for review in graph)
    public[WINBACK.id] = decide(WINBACK, [an_answer(0.5, 0.3, 0.7)])
    rated = next(
        r for r in json.loads(claim_reviews(REGISTER.claims, public))["@graph"] if r["@id"].endswith(WINBACK.id)
    )
    assert rated["reviewRating"]["ratingValue"] == 5


def test_table_as_a_file_has_a_row_a_claim_in_the_order_of_the_columns():
    public = public_of([decide(WINBACK, [an_answer(0.5, 0.3, 0.7)])], REGISTER)
    rows = list(csv.DictReader(io.StringIO(to_csv(findings_rows(REGISTER.claims, public)))))
    assert [row["claim"] for row in rows] == [claim.id for claim in REGISTER.claims]
    assert list(rows[0])[4:11] == ["estimate", "low", "high", "unit", "n", "source", "doi"]
    found = next(row for row in rows if row["claim"] == WINBACK.id)
    assert (found["estimate"], found["low"], found["high"], found["n"]) == ("0.5", "0.3", "0.7", "20000")


def test_changes_are_read_from_the_changelog_by_claim():
    text = "## Unreleased\n\n### Results changed\n\n- `a-b`: open, now *holds*\n  because.\n- `a-b`, `c-d` gain data.\n- None.\n"
    found = changes_of(text, ["a-b", "c-d", "e-f"])
    assert [c.text for c in found["a-b"]] == ["open, now holds because.", "a-b, c-d gain data."]
    assert [c.heading for c in found["c-d"]] == ["Results changed"]
    assert found["e-f"] == []


def test_what_was_read_adds_up_to_the_tables():
    rows = [row for path in paths.EVIDENCE.glob("*.csv") for row in csv.DictReader(path.open(encoding="utf-8"))]
    read = what_was_read()
    assert read["n"] == len(rows) == sum(entry["n"] for entry in read["where"])
    assert read["vendor"] == sum(row["vendor"] == "yes" for row in rows)
