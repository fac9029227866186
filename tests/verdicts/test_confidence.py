"""Confidence: that each doubt fires on data built to fire it and stays silent otherwise."""

import pytest

from analysis.core.vocabulary import Confidence, Design, Direction, Grade, Kind, Outcome, Role
from analysis.verdicts.calibration_record import NEEDS_NO_SCENARIO
from analysis.verdicts.decide import decide
from analysis.verdicts.studies import STUDIES
from tests.helpers import a_claim, a_quantity, a_ratio, an_estimate

# Intervals on the scale of `a_quantity()`: null 0, above, 1 matters, 5 is claimed.
FOR = (6.0, 5.6, 6.4)
AGAINST = (-3.0, -3.4, -2.6)
OPEN = (2.0, -1.0, 5.0)


def rate(*triples, changes=(), claim=None, beside=(), **shared):
    """Return confidence and doubts (without the line on the start) of answers, each of a shop of its own."""
    changes = [*changes, *[{}] * (len(triples) - len(changes))]
    listed = [
        an_estimate(*triple, source=f"Shop {letter}", **{**shared, **change})
        for triple, letter, change in zip(triples, "ABCDEFGHIJKLMNOP", changes, strict=False)
    ]
    verdict = decide(claim or a_claim(), [*listed, *beside])
    start, *doubts = verdict.reasons
    assert start.startswith("Starts at ")
    return verdict.confidence, [doubt.removeprefix("One step down: ") for doubt in doubts]


def test_two_direct_sources_that_agree_and_are_precise_raise_no_doubt():
    assert rate(FOR, FOR) == (Confidence.LOW, [])
    assert rate(FOR, FOR, design=Design.RANDOMISED) == (Confidence.HIGH, [])


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"indirect": "donors"}, "indirect (Shop A: donors; Shop B: donors)."),
        ({"vendor": True}, "the publisher sells the conclusion (Shop A, Shop B)."),
        ({"intention_only": True}, "the outcome is what people say they would do (Shop A, Shop B)."),
        ({"grade": Grade.SECONDARY}, "the study itself was not read, only pages that quote it (Shop A, Shop B)."),
    ],
)
def test_doubt_about_the_sources_fires_when_more_than_half_of_them_raise_it(change, doubt):
    assert rate(FOR, FOR, FOR, changes=[change]) == (Confidence.LOW, [])
    assert rate(FOR, FOR, changes=[change]) == (Confidence.LOW, [])  # one of two is not more than half
    assert rate(FOR, FOR, FOR, changes=[change, change]) == (Confidence.VERY_LOW, [doubt])


def test_doubt_about_a_single_source():
    assert rate(FOR, design=Design.RANDOMISED) == (Confidence.MODERATE, ["it rests on one source (Shop A)."])


def test_published_figures_alone_cost_a_step_and_publication_bias_is_not_judged_below_ten():
    confidence, doubts = rate(FOR, FOR, kind=Kind.PUBLISHED, design=Design.RANDOMISED)
    assert confidence is Confidence.MODERATE
    assert doubts == [
        "published figures only; there were no data to compute it from.",
        "Publication bias could not be judged: it takes 10 studies with intervals, and there are 2.",
    ]
    assert rate(FOR, FOR, changes=[{"kind": Kind.PUBLISHED}]) == (
        Confidence.LOW,
        ["Publication bias could not be judged: it takes 10 studies with intervals, and there is 1."],
    )


def test_from_ten_studies_on_small_ones_that_say_more_cost_a_step():
    lopsided = [(6 + 2 * half, 6 + half, 6 + 3 * half) for half in (x / 10 for x in range(1, 13))]
    _, doubts = rate(*lopsided, kind=Kind.PUBLISHED)
    assert any(doubt.startswith("Publication bias in 12 studies: Egger's intercept") for doubt in doubts)
    even = [
        (6 + sign * half / 9, 6 + sign * half / 9 - half, 6 + sign * half / 9 + half)
        for half in (0.1, 0.2, 0.3, 0.4, 0.5)
        for sign in (1, -1)
    ]
    confidence, told = rate(*even, kind=Kind.PUBLISHED, design=Design.RANDOMISED)
    assert any(line.startswith("Publication bias in 10 studies") for line in told)
    assert confidence is Confidence.MODERATE  # published only


def test_doubt_about_disagreement():
    assert rate(FOR, AGAINST) == (
        Confidence.VERY_LOW,
        ["sources of the same strength disagree (fails, holds)."],
    )
    confidence, doubts = rate(FOR, OPEN, design=Design.RANDOMISED)
    assert (confidence, doubts) == (Confidence.MODERATE, ["sources differ (Shop A: holds; Shop B: open)."])


def test_doubt_about_spread_fires_where_differences_make_most_of_the_variation():
    apart = [(6.0, 5.9, 6.1), (8.0, 7.9, 8.1), (10.0, 9.9, 10.1)]
    _, doubts = rate(*apart)
    assert any(doubt.startswith("sources differ in size (I²") for doubt in doubts)
    assert rate(FOR, FOR, FOR) == (Confidence.LOW, [])


@pytest.mark.parametrize(
    ("triple", "fires"),
    [
        (
            (6.0, 5.2, 6.8),
            True,
        ),  # half as wide again: 4.8 to 7.2, no longer all beyond what is claimed, and still holds
        ((1.4, 1.1, 1.7), True),  # .95 to 1.85: holds becomes overstated or direction only
        (OPEN, True),
    ],
)
def test_doubt_about_precision(triple, fires):
    """On a claim without a size: 5.2 holds either way; 1.1 does not."""
    claim = a_claim(a_quantity(size=None))
    _, doubts = rate(triple, triple, claim=claim)
    precise = triple[1] > 2
    assert bool(doubts) is (fires and not precise)


def test_doubt_about_precision_widens_ratios_on_the_logarithm():
    # ln(1.3; 1.6; 1.97): 1.6 times (1.3 / 1.6)^1.5 is 1.17, below 1.25; on the plain scale it would be 1.15 too; 1.4 stays.
    claim = a_claim(a_ratio(size=None))
    assert rate((1.6, 1.3, 1.97), (1.6, 1.3, 1.97), claim=claim, quantity=a_ratio())[1]
    assert not rate((1.6, 1.45, 1.77), (1.6, 1.45, 1.77), claim=claim, quantity=a_ratio())[1]


def sign_only(**changes):
    fields = {"source": "Study", "kind": Kind.PUBLISHED, "role": Role.CONTEXT, "sign": -1}
    return an_estimate(None, **(fields | changes))


def test_doubt_about_the_other_side_hears_published_signs_on_what_may_decide():
    assert rate(FOR, FOR, beside=[sign_only()])[1] == ["other evidence points the other way (Study); 2 agree."]
    for silent in ({"sign": 1}, {"sign": 0}, {"design": Design.ASSERTION}, {"kind": Kind.PUBLIC}):
        assert rate(FOR, FOR, beside=[sign_only(**silent)])[1] == []


def test_contrary_signs_cost_no_step_where_three_times_as_many_studies_agree():
    """Two decide and one more agrees: three against one. A second study against tips it, as in the tally of hints."""
    agreeing, contrary = sign_only(source="Agrees", sign=1), sign_only()
    confidence, reasons = rate(FOR, FOR, beside=[agreeing, contrary])
    assert confidence is Confidence.LOW
    assert reasons == [
        "No step down, since three times as many agree: other evidence points the other way (Study); 3 agree."
    ]
    confidence, reasons = rate(FOR, FOR, beside=[agreeing, contrary, sign_only(source="Another")])
    assert confidence is Confidence.VERY_LOW
    assert reasons == ["other evidence points the other way (Another, Study); 3 agree."]


def test_doubt_about_the_other_side_is_deaf_to_a_quantity_that_may_not_decide():
    claim = a_claim(a_quantity(), a_quantity(name="beside", decides=False))
    elsewhere = sign_only(quantity=a_quantity(name="beside"))
    assert rate(FOR, FOR, claim=claim, beside=[elsewhere]) == (Confidence.LOW, [])


def test_each_doubt_costs_one_step_and_the_floor_is_very_low():
    changes = [{"indirect": "donors", "vendor": True}]
    confidence, doubts = rate(FOR, changes=changes, design=Design.RANDOMISED)
    assert (confidence, len(doubts)) == (Confidence.VERY_LOW, 3)


def test_an_estimator_that_no_scenario_studies_is_capped_like_a_bad_one():
    """First edition: what was never studied was leaned on as what held its level."""
    confidence, doubts = rate(FOR, FOR, design=Design.RANDOMISED, estimator="unheard:estimate_anything")
    assert confidence is Confidence.LOW
    assert "how often its interval holds the truth was not studied" in doubts[-1]


def test_exemptions_are_estimators_of_the_register():
    assert set(NEEDS_NO_SCENARIO) <= {study.target for study in STUDIES.values()}
    assert all(reason.strip() for reason in NEEDS_NO_SCENARIO.values())


def test_a_claim_below_the_null_is_rated_like_its_mirror_image():
    below = a_claim(a_quantity(direction=Direction.BELOW, smallest=-1.0, size=-5.0))
    mirrored = rate((-6.0, -6.4, -5.6), (-6.0, -6.4, -5.6), claim=below)
    assert mirrored == rate(FOR, FOR)
    assert Outcome.HOLDS in {decide(below, [an_estimate(-6.0, -6.4, -5.6)]).outcome}
