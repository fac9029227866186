"""The verdict as a notebook output: card, line and record."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.core.record import rounded
from analysis.core.results import CheckResult, NotIdentifiedSource
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import Kind, OnFailure, Outcome
from analysis.notebook.section.answer import AnswerExhibit, picture_of
from analysis.notebook.section.certainty import certainty_of
from analysis.notebook.section.details import details_of
from analysis.notebook.section.others import others_of, trap_of
from analysis.notebook.verdict_card import (
    MEDIA_TYPE,
    SIGNS,
    anchor,
    badge_html,
    doubts_of,
    without_each,
)
from analysis.verdicts.decide import decide
from analysis.verdicts.findings import Findings
from tests.helpers import CLAIM, a_claim, an_estimate

CLAIMED = a_claim(title="An <invented> claim")
SHOPS = [
    an_estimate(6.1234567, 4.0, 8.0, assumptions=("no <drift>",), indirect="donors & members"),
    an_estimate(-3.0, -4.0, -2.0, source="Shop B"),
]
NOT_IDENTIFIED = NotIdentifiedSource(claim=CLAIM, source="Shop <C>", reason="One closed cohort.")
PUBLIC = decide(CLAIMED, SHOPS, not_identified=[NOT_IDENTIFIED], register_hash="0123456789abcdef")
OWN = decide(CLAIMED, [an_estimate(6.0, 4.0, 8.0, kind=Kind.OWN, source="Acme & Sons")], scope="Acme & Sons")
FOUND = Findings(claim=CLAIMED, estimates=tuple(SHOPS), published=(), not_identified=(NOT_IDENTIFIED,), absent=())
CARD = AnswerExhibit(claim=CLAIMED, verdicts=(PUBLIC, OWN))


def test_card_line_names_claim_scope_outcome_confidence_and_sentence():
    first, second = repr(CARD).splitlines()
    assert first == f"{CLAIM} [public]: mixed (confidence: very low). {PUBLIC.sentence}"
    assert second.startswith(f"{CLAIM} [Acme & Sons]: holds (confidence: very low). The evidence is very uncertain")


def test_card_carries_the_record_of_every_verdict():
    bundle = CARD._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", MEDIA_TYPE}
    record = json.loads(json.dumps(bundle[MEDIA_TYPE], allow_nan=False))
    public, own = (Verdict.from_json(verdict) for verdict in record["verdicts"])
    assert (public.outcome, public.reasons, public.not_identified) == (
        PUBLIC.outcome,
        PUBLIC.reasons,
        PUBLIC.not_identified,
    )
    assert public.assessments[0].estimate.value == 6.1235  # five significant digits
    assert own.scope == "Acme & Sons"


def test_card_escapes_what_it_shows():
    html = CARD.html()
    assert "An &lt;invented&gt; claim" in html
    sure = certainty_of(FOUND, PUBLIC).html()
    assert "no &lt;drift&gt;" in sure and "donors &amp; members" in sure and "<drift>" not in sure
    others = details_of(FOUND, PUBLIC, (), "0123").html()
    assert "Shop &lt;C&gt;" in others and "One closed cohort." in others
    assert "For Acme &amp; Sons" in html
    assert "<invented>" not in html and "<drift>" not in html


def test_certainty_gives_reasons_in_plain_words_and_details_what_would_settle_it():
    sure = repr(certainty_of(FOUND, PUBLIC))
    assert sure.startswith("Why we are this sure")
    assert sum(line.startswith("Less sure, because") for line in sure.splitlines()) >= 1
    assert "One step down" not in sure.split("What could still be wrong")[0]
    assert "What would settle it: A larger invented experiment." in repr(details_of(FOUND, PUBLIC, (), "0123"))


def test_details_leave_out_what_there_is_nothing_of():
    empty = Findings(claim=CLAIMED, estimates=(), published=(), not_identified=(), absent=())
    told = repr(details_of(empty, empty.verdict(), (), "0123"))
    assert "Checks" not in told and "Estimates" not in told and "Published" not in told
    assert trap_of(empty) is None and others_of(empty, empty.verdict()) is None
    assert picture_of(empty, empty.verdict()) is None


def test_card_has_an_anchor_a_scope():
    assert (anchor(PUBLIC), anchor(OWN)) == (CLAIM, f"{CLAIM}-own")
    assert f'<section class="verdict mixed" data-claim="{CLAIM}"' in CARD.html()
    assert f'<section class="verdict holds" id="{CLAIM}-own"' in CARD.html()


def test_card_says_how_it_reads_without_each_source():
    # Shop A supports, Shop B contradicts: either alone decides.
    sure = certainty_of(FOUND, PUBLIC).html()
    assert "<li>Without Shop A it would read: fails.</li><li>Without Shop B it would read: holds.</li>" in sure
    alone = AnswerExhibit(claim=CLAIMED, verdicts=(OWN,))
    assert "it would read" not in alone.html()


def test_card_says_in_one_line_that_no_single_source_carries_the_verdict():
    agreed = decide(CLAIMED, [an_estimate(6.0, 4.0, 8.0, source=f"Shop {letter}") for letter in "AB"])
    assert without_each(agreed) == ["Whichever of its 2 sources is left out, the verdict stays."]


def test_doubts_of_lists_assumptions_and_indirectness_of_deciding_readings_once():
    assert doubts_of(PUBLIC) == ["Shop A: it is assumed that no <drift>", "Shop A: donors & members"]
    assert doubts_of(OWN) == []


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome in SIGNS])
def test_every_outcome_has_a_sign_and_a_word_of_its_own(outcome):
    sign, word = SIGNS[outcome]
    others = [pair for key, pair in SIGNS.items() if key is not outcome]
    assert sign not in [other for other, _ in others] and word not in [other for _, other in others]


def test_badge_has_sign_word_and_class():
    assert (
        badge_html(OWN)
        == '<span class="badge holds"><span aria-hidden="true">✓</span> very uncertain, leans yes</span>'
    )


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3))
def test_rounded_keeps_the_value_inside_its_interval(numbers):
    low, value, high = rounded(sorted(numbers))
    assert low <= value <= high


def test_rounded_leaves_everything_but_floats_alone():
    record = {"n": 1234567, "flag": True, "none": None, "text": "1.23456789", "low": "-inf", "list": [1.23456789]}
    assert rounded(record) == record | {"list": [1.2346]}
    assert rounded(1.23456789, digits=2) == 1.2
    assert rounded(math.pi * 1e-9) == 3.1416e-9


def test_every_failed_check_is_among_the_doubts_whatever_it_does():
    estimate = an_estimate(6.0, 5.0, 7.0, frame="exposure")
    for on_failure in OnFailure:
        check = CheckResult(
            name="overlap", passed=False, sentence="No.", on_failure=on_failure, source="Shop A", frame="exposure"
        )
        doubts = doubts_of(decide(CLAIMED, [estimate], checks=[check]))
        assert any("a check failed (overlap" in doubt for doubt in doubts), on_failure
