"""Parts of a claim's section: they agree with each other, say what the numbers show, and cut nothing in the middle."""

from __future__ import annotations

import pytest

from analysis.core.vocabulary import Bias, Design, Kind, Role
from analysis.notebook.plain_words import in_plain_words, meaning_of
from analysis.notebook.section.answer import AnswerExhibit
from analysis.notebook.section.certainty import LONGEST_REASON, certainty_of, in_short
from analysis.notebook.section.choice import pictured, voices
from analysis.notebook.section.data_line import data_of
from analysis.notebook.section.others import OTHERWISE, trap_of
from analysis.register.claims import load_register
from analysis.reporting.index_entries import entry_of
from analysis.sources.base import DataCard
from analysis.verdicts.findings import Findings
from tests.helpers import a_claim, a_quantity, a_ratio, an_estimate


def found_of(claim, *estimates, published=()):
    return Findings(claim=claim, estimates=tuple(estimates), published=tuple(published), not_identified=(), absent=())


def a_sign(sign, source, **changes):
    return an_estimate(None, sign=sign, source=source, kind=Kind.PUBLISHED, **changes)


def test_card_and_section_say_the_same_best_estimate_where_several_agree():
    claim = a_claim(a_quantity(smallest=1.0, size=None))
    found = found_of(claim, *(an_estimate(x, x - 0.5, x + 0.5, source=f"Shop {x}") for x in (3.0, 5.0)))
    verdict = found.verdict()
    told = entry_of(claim, verdict, None, None)["best"]
    section = AnswerExhibit(claim=claim, verdicts=(verdict,)).html()
    assert told == "3 to 5 points, two sources"
    assert f"<b>Best estimate:</b> {told}. <small>" in section


@pytest.mark.parametrize(
    ("expected", "quick", "said"),
    [
        (Bias.TOWARDS, 6.0, ""),
        (Bias.TOWARDS, 1.0, OTHERWISE[Bias.TOWARDS]),
        (Bias.AGAINST, 1.0, ""),
        (Bias.AGAINST, 6.0, OTHERWISE[Bias.AGAINST]),
        (Bias.EITHER, 1.0, ""),
    ],
)
def test_what_the_quick_analysis_is_expected_to_do_is_held_against_what_it_did(expected, quick, said):
    claim = a_claim(naive_bias=expected)
    sound = an_estimate(3.0, 2.5, 3.5, frame="f")
    lines = trap_of(found_of(claim, sound, an_estimate(quick, role=Role.NAIVE, frame="f"))).lines
    assert (said in lines[0]) if said else not any(text in lines[0] for text in OTHERWISE.values())


def test_first_picture_leaves_quick_numbers_to_their_own_picture():
    claim = a_claim()
    shown = pictured(
        found := found_of(claim, an_estimate(3.0, 2.5, 3.5), an_estimate(9.0, role=Role.NAIVE)), found.verdict()
    )[1]
    assert [e.role for e in shown] == [Role.ANSWER]


def test_tally_beside_a_verdict_counts_the_signs_that_its_reasons_count():
    context = a_sign(-1, "Contrary 2001", role=Role.CONTEXT)
    aside = a_ratio(name="another", decides=False)
    background = a_sign(0, "Background 2003", role=Role.CONTEXT)
    other = an_estimate(None, sign=1, source="Other 2004", kind=Kind.PUBLISHED, quantity=aside)
    published = [context, background, other, a_sign(1, "Agrees 2002")]
    found = found_of(a_claim(a_quantity(), aside), an_estimate(3.0, 2.5, 3.5), published=published)
    assert voices(found, found.verdict()) == ({"Shop A": 1}, {"Contrary 2001": -1, "Agrees 2002": 1})


def test_tally_without_a_verdict_gives_no_vote_to_who_sells_the_conclusion():
    signs = [a_sign(1, "Seller 2001", vendor=True), a_sign(1, "Author 2002"), a_sign(0, "Neither 2003")]
    found = found_of(a_claim(), published=signs)
    assert voices(found, found.verdict()) == ({}, {"Author 2002": 1, "Neither 2003": 0})


def test_a_long_reason_loses_its_list_and_never_its_end():
    listed = "; ".join(f"Source {n}: people who were asked and not customers" for n in range(9))
    told = in_short(in_plain_words(f"One step down: indirect ({listed})."))
    assert told == "Less sure, because it speaks only indirectly to the claim (listed below)."
    short = "Less sure, because it rests on one source (Shop A)."
    assert in_short(short) == short
    assert len(in_short("word " * 200)) <= LONGEST_REASON


def test_evidence_of_a_kind_that_is_a_thing_has_its_article():
    assert "the evidence is a model, and" in in_plain_words(f"Starts at very low: causal question, {Design.MODEL}.")


@pytest.mark.parametrize(
    ("registered", "told"),
    [
        ("Share who refer, stayers less leavers", "Share who refer, stayers minus leavers"),
        ("Share of losses, less the share of wins", "Share of losses minus the share of wins"),
        ("Churn of mobile less that of insurance", "Churn of mobile minus that of insurance"),
        (
            "Active a week later, less friction less more friction",
            "Active a week later, less friction minus more friction",
        ),
        ("Members who buy less often", "Members who buy less often"),
    ],
)
def test_less_for_a_difference_is_told_as_minus(registered, told):
    assert meaning_of(a_quantity(meaning=registered)) == told


def test_no_registered_quantity_is_told_with_less_for_a_difference():
    told = [meaning_of(q) for claim in load_register().claims for q in claim.quantities]
    assert [text for text in told if " less " in text.replace("less friction", "").replace("less often", "")] == []


@pytest.mark.parametrize(
    ("noted", "told"),
    [
        ("One step down: published figures only; there were no data.", "there are only published figures, and no data"),
        (
            "No step down, since three times as many agree: other evidence points (A); 10 agree.",
            "No less sure, although other",
        ),
        ("One step down: sources differ (A 2001: fails; B 2002: open).", "(A 2001: fails; B 2002: unclear)"),
        (
            "Starts at low: predictive question, on whom it was judged is not stated.",
            "the evidence is a score, and on whom",
        ),
        ("An effect worth acting on (1 percentage points a year).", "(1 percentage point a year)"),
    ],
)
def test_what_the_rule_notes_is_told_as_a_person_would(noted, told):
    assert told in in_plain_words(noted)


def test_what_is_said_once_is_not_said_again_under_what_could_still_be_wrong():
    few = an_estimate(3.0, 2.5, 3.5, source="Shop A", indirect="donors, not customers")
    many = [an_estimate(3.0, 2.5, 3.5, source=f"Shop {x}", indirect=f"reason {x}, told at length " * 3) for x in "ABC"]
    for estimates in ([few], many):
        found = found_of(a_claim(), *estimates)
        part = certainty_of(found, found.verdict())
        told = "\n".join([*part.lines, *(line for fold in part.parts for line in fold.lines)])
        for e in estimates:
            assert told.count(e.indirect.strip()) == 1


def test_data_are_named_with_their_card_and_those_without_one_by_whom_they_count():
    card = DataCard(publisher="P", citation="", licence="", accessed="", row="", in_short="a shop of 1997, 9 customers")
    found = found_of(a_claim(), *(an_estimate(3.0, 2.5, 3.5, source=f"Shop {x}", population="people") for x in "ABC"))
    told = data_of(found.verdict(), {"Shop A": card})
    assert told.lines == ("Data: Shop A, a shop of 1997, 9 customers; and 2 more.",)
    assert [line[:14] for line in told.parts[0].lines] == [f"Shop {x}: people" for x in "ABC"]
    assert "Published by P." in told.parts[0].lines[0]
    assert data_of(found.verdict(), {}).folded
    printed = found_of(a_claim(), an_estimate(3.0, 2.5, 3.5, kind=Kind.PUBLISHED))
    assert data_of(printed.verdict(), {}) is None


def test_quick_and_sound_numbers_of_a_named_measure_read_as_a_sentence():
    unit = "(difference of shares)"
    claim = a_claim(a_quantity(unit=unit))
    sound = an_estimate(3.0, 2.5, 3.5, unit=unit, frame="f")
    part = trap_of(found_of(claim, sound, an_estimate(6.0, role=Role.NAIVE, unit=unit, frame="f")))
    assert part.parts[0].caption == "Quick: difference of shares 6. Sound: difference of shares 3 (2.5 to 3.5)"


def test_quick_analysis_is_that_of_the_quantity_which_the_answer_is_in():
    """A page had said that sound is .82 where its own best estimate was 1.3: the pair was of a quantity that stands in."""
    month, quarter = a_quantity(name="by_month"), a_quantity(name="by_quarter")
    claim = a_claim(month, quarter, lead="by_month")
    estimates = [
        e
        for of, (quick, *sound) in ((quarter, (9.0, 8.0, 7.0, 10.0)), (month, (6.0, 3.0, 2.5, 3.5)))
        for e in (
            an_estimate(*sound, quantity=of, source=of.name, frame="f"),
            an_estimate(quick, role=Role.NAIVE, quantity=of, source=of.name, frame="f"),
        )
    ]
    assert trap_of(found_of(claim, *estimates)).parts[0].caption == "Quick: 6 points. Sound: 3 points (2.5 to 3.5)"
