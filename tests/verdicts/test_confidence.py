"""Confidence: where it starts, and that each doubt fires on data built to fire it and stays silent otherwise."""

import dataclasses

import pytest

from analysis.core.results import Pooled
from analysis.core.vocabulary import Confidence, Design, Direction, Grade, Kind, Outcome, Role
from analysis.verdicts.assess import assess
from analysis.verdicts.confidence import rate_confidence
from tests.helpers import a_claim, a_quantity, a_ratio, an_estimate

# Intervals on the scale of `a_quantity()`: null 0, above, 1 matters, 5 is claimed.
FOR = (6.0, 5.0, 7.0)
SMALL = (3.0, 2.5, 3.5)
AGAINST = (-3.0, -3.5, -2.5)
OPEN = (2.0, -1.0, 5.0)


def assessments(*triples, quantity=None, sources="ABCDEFGH", **changes):
    """Return one reading a triple, each of a source of its own."""
    quantity = quantity or a_quantity()
    return [
        assess(an_estimate(*triple, quantity=quantity, source=f"Shop {name}", **changes), quantity)
        for triple, name in zip(triples, sources, strict=False)
    ]


def pooled_mean(value, low, high, predicted=(0.0, 0.0), i2=0.0, k=3, quantity="effect"):
    return Pooled(
        quantity=quantity,
        value=value,
        low=low,
        high=high,
        level=0.95,
        predicted_low=predicted[0],
        predicted_high=predicted[1],
        tau2=0.1,
        i2=i2,
        k=k,
    )


def rate(outcome, deciding, rest=(), pooled=(), claim=None, beside=()):
    """Return the confidence and the doubts, without the line about the start."""
    confidence, (start, *doubts) = rate_confidence(outcome, deciding, rest, pooled, claim or a_claim(), beside)
    assert start.startswith("Starts at ")
    assert all(doubt.startswith("One step down: ") for doubt in doubts)
    return confidence, [doubt.removeprefix("One step down: ") for doubt in doubts]


SURE = assessments(FOR, FOR)  # two direct sources that agree and are precise: no doubt of any kind


@pytest.mark.parametrize(
    ("design", "start"),
    [
        (Design.RANDOMISED, Confidence.HIGH),
        (Design.QUASI_EXPERIMENTAL, Confidence.MODERATE),
        (Design.OBSERVATIONAL, Confidence.LOW),
        (Design.MODEL, Confidence.VERY_LOW),
        (Design.ASSERTION, Confidence.VERY_LOW),
    ],
)
def test_confidence_without_any_doubt_is_that_of_the_design(design, start):
    confidence, reasons = rate_confidence(Outcome.SUPPORTED, assessments(FOR, FOR, design=design), [], [], a_claim())
    assert confidence is start
    assert reasons == (f"Starts at {start}: the strongest design present is {design}.",)


def test_confidence_without_deciding_readings_is_none():
    confidence, reasons = rate_confidence(Outcome.UNTESTED, [], [], [], a_claim())
    assert confidence is Confidence.NONE
    assert reasons == ("Nothing with an interval has been measured.",)


def changed(listed, *changes):
    """Return the readings with changes to the first estimates, one dict each."""
    padded = [*changes, *[{}] * (len(listed) - len(changes))]
    return [
        dataclasses.replace(assessment, estimate=dataclasses.replace(assessment.estimate, **change))
        for assessment, change in zip(listed, padded, strict=True)
    ]


THREE = assessments(FOR, FOR, FOR)
INDIRECT = {"indirect": "donors"}
VENDOR = {"vendor": True}
STATED = {"intention_only": True}
SECONDARY = {"grade": Grade.SECONDARY}


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        (INDIRECT, "indirect (Shop A: donors; Shop B: donors)."),
        (VENDOR, "the publisher sells the conclusion (Shop A, Shop B)."),
        (STATED, "the outcome is what people say they would do (Shop A, Shop B)."),
        (SECONDARY, "the study itself was not read, only pages that quote it (Shop A, Shop B)."),
    ],
    ids=["indirect", "vendor", "stated intention", "second hand"],
)
def test_doubt_about_the_sources_fires_when_more_than_half_of_them_raise_it(change, doubt):
    assert rate(Outcome.SUPPORTED, changed(THREE, change)) == (Confidence.LOW, [])
    assert rate(Outcome.SUPPORTED, changed(SURE, change)) == (Confidence.LOW, [])  # one of two is not more than half
    assert rate(Outcome.SUPPORTED, changed(THREE, change, change)) == (Confidence.VERY_LOW, [doubt])


def test_doubt_about_interest_is_raised_once_where_vendors_ask_for_intentions():
    both = VENDOR | STATED
    confidence, doubts = rate(Outcome.SUPPORTED, changed(assessments(FOR, FOR, design="randomised"), both, both))
    assert confidence is Confidence.MODERATE
    assert doubts == ["the publisher sells the conclusion (Shop A, Shop B)."]


def test_doubt_about_a_single_source_counts_sources_not_readings():
    other = a_quantity(name="other")
    alone = [*assessments(FOR), *assessments(FOR, quantity=other)]
    claim = a_claim(a_quantity(), other)
    assert rate(Outcome.SUPPORTED, alone, claim=claim) == (Confidence.VERY_LOW, ["it rests on one source (Shop A)."])
    assert rate(Outcome.SUPPORTED, SURE)[1] == []


def test_doubt_about_disagreement_fires_on_mixed_verdicts():
    _, doubts = rate(Outcome.MIXED, assessments(FOR, AGAINST))
    assert doubts == ["the deciding sources disagree (contradicted, supported)."]


def test_doubt_about_disagreement_fires_where_a_pooled_quantity_and_another_one_disagree():
    other = a_quantity(name="other")
    deciding = [*assessments(FOR, FOR, FOR), *assessments(AGAINST, quantity=other, sources="Z")]
    claim = a_claim(a_quantity(), other)
    mean = pooled_mean(6.0, 5.0, 7.0, predicted=(4.0, 8.0))
    _, doubts = rate(Outcome.MIXED, deciding, pooled=[mean], claim=claim)
    assert doubts == ["the deciding sources disagree (contradicted, supported)."]


def test_doubt_about_disagreement_is_silent_where_one_source_only_cannot_tell():
    assert rate(Outcome.SUPPORTED, assessments(FOR, OPEN)) == (Confidence.LOW, [])


@pytest.mark.parametrize(
    ("i2", "predicted", "fires"),
    [
        (0.75, (-1.0, 13.0), True),
        (0.51, (-0.001, 13.0), True),
        (0.5, (-1.0, 13.0), False),  # not more than half of the variation lies between the sources
        (0.75, (0.0, 12.0), False),  # touches none, does not reach the other side
        (0.75, (1.0, 11.0), False),
    ],
)
def test_doubt_about_spread_fires_when_the_next_setting_may_lie_on_the_other_side(i2, predicted, fires):
    mean = pooled_mean(6.0, 5.0, 7.0, predicted=predicted, i2=i2)
    confidence, doubts = rate(Outcome.SUPPORTED, THREE, pooled=[mean])
    assert confidence is (Confidence.VERY_LOW if fires else Confidence.LOW)
    if fires:
        shown = f"{100 * i2:.0f}"
        assert doubts == [
            f"sources differ (I² = {shown} %), and in one more such setting the effect could lie on either side of none."
        ]
    else:
        assert doubts == []


def test_doubt_about_spread_is_read_on_the_logarithm_and_below_the_null():
    quantity = a_ratio(direction=Direction.BELOW, smallest=0.8, size=None)
    deciding = assessments((0.5, 0.4, 0.6), (0.5, 0.4, 0.6), (0.5, 0.4, 0.6), quantity=quantity)
    across = pooled_mean(0.5, 0.45, 0.55, predicted=(0.2, 1.2), i2=0.9)
    within = dataclasses.replace(across, predicted_high=0.99)
    claim = a_claim(quantity)
    assert len(rate(Outcome.SUPPORTED, deciding, pooled=[across], claim=claim)[1]) == 1
    assert rate(Outcome.SUPPORTED, deciding, pooled=[within], claim=claim)[1] == []


# The other side: weaker designs, findings without interval, published context.

PUBLISHED_AGAINST = {"kind": Kind.PUBLISHED, "sign": -1, "source": "Study X"}


def sign_only(**changes):
    return an_estimate(None, **PUBLISHED_AGAINST | changes)


def test_doubt_about_the_other_side_names_weaker_sources_that_say_the_opposite():
    strong = assessments(FOR, FOR, design="randomised")
    weak = assessments(AGAINST, AGAINST, sources="YX")
    confidence, doubts = rate(Outcome.SUPPORTED, strong, rest=weak)
    assert confidence is Confidence.MODERATE
    assert doubts == ["weaker or unquantified evidence points the other way (Shop X, Shop Y)."]


@pytest.mark.parametrize("outcome", [Outcome.SUPPORTED, Outcome.OVERSTATED])
def test_doubt_about_the_other_side_is_silent_where_weaker_sources_agree_or_cannot_tell(outcome):
    deciding = assessments(*([FOR, FOR] if outcome is Outcome.SUPPORTED else [SMALL, SMALL]), design="randomised")
    assert rate(outcome, deciding, rest=assessments(FOR, SMALL, OPEN, sources="XYZ")) == (Confidence.HIGH, [])


@pytest.mark.parametrize("weak", [FOR, SMALL])
def test_doubt_about_the_other_side_of_a_contradiction_is_support(weak):
    deciding = assessments(AGAINST, AGAINST, design="randomised")
    assert rate(Outcome.CONTRADICTED, deciding, rest=assessments(weak, sources="X"))[0] is Confidence.MODERATE
    assert rate(Outcome.CONTRADICTED, deciding, rest=assessments(AGAINST, sources="X"))[0] is Confidence.HIGH
    for_it = sign_only(sign=1)
    assert rate(Outcome.CONTRADICTED, deciding, beside=[for_it])[0] is Confidence.MODERATE


def test_doubt_about_the_other_side_hears_published_findings_without_interval():
    expected = ["weaker or unquantified evidence points the other way (Study X)."]
    finding = assess(sign_only(), a_quantity())
    assert rate(Outcome.SUPPORTED, SURE, rest=[finding])[1] == expected
    assert rate(Outcome.SUPPORTED, SURE, beside=[sign_only(role=Role.CONTEXT)])[1] == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"sign": 1},
        {"sign": 0},
        {"sign": None},
        {"design": Design.ASSERTION},  # anybody can assert the opposite
        {"kind": Kind.PUBLIC},  # a sign is read from publications only
    ],
    ids=str,
)
def test_doubt_about_the_other_side_is_silent_on(changes):
    assert rate(Outcome.SUPPORTED, SURE, beside=[sign_only(**changes)])[1] == []
    assert rate(Outcome.SUPPORTED, SURE, rest=[assess(sign_only(**changes), a_quantity())])[1] == []


@pytest.mark.parametrize("outcome", [Outcome.INCONCLUSIVE, Outcome.MIXED])
def test_doubt_about_the_other_side_needs_a_side(outcome):
    listed = assessments(OPEN, OPEN) if outcome is Outcome.INCONCLUSIVE else assessments(FOR, AGAINST)
    _, doubts = rate(outcome, listed, rest=assessments(AGAINST, FOR, sources="XY"), beside=[sign_only()])
    assert not [doubt for doubt in doubts if "other way" in doubt]


# Imprecision: the same conclusion with an interval half as wide again, about the same centre.

WOULD_FALL = "no deciding interval would still conclude if it were half as wide again."


@pytest.mark.parametrize(
    ("outcome", "triple", "fires"),
    [
        (Outcome.SUPPORTED, (6.0, 2.0, 10.0), True),  # 6 ± 6 touches none
        (Outcome.SUPPORTED, (6.0, 2.01, 9.99), False),  # 6 ± 5.99 does not
        (Outcome.OVERSTATED, (3.0, 1.75, 4.25), False),  # 3 ± 1.88: below the claimed 5
        (Outcome.OVERSTATED, (3.0, 1.5, 4.5), True),  # 3 ± 2.25: reaches 5, would be supported
        (Outcome.CONTRADICTED, (-3.0, -5.0, -1.0), True),  # -3 ± 3 touches none
        (Outcome.CONTRADICTED, (-3.0, -4.9, -1.1), False),  # -3 ± 2.85 does not
        (Outcome.CONTRADICTED, (0.0, -0.7, 0.7), True),  # 0 ± 1.05 reaches what matters
        (Outcome.CONTRADICTED, (0.0, -0.6, 0.6), False),  # 0 ± 0.9 does not
        (Outcome.SUPPORTED, (6.0, 5.0, 12.0), False),  # each side from its own length: 4.5 to 15
        (Outcome.SUPPORTED, (3.0, 0.5, 12.0), True),  # -0.75 to 16.5
    ],
)
def test_doubt_about_precision_fires_when_half_as_wide_again_would_not_conclude(outcome, triple, fires):
    _, doubts = rate(outcome, assessments(triple, triple))
    assert doubts == ([WOULD_FALL] if fires else [])


def test_doubt_about_precision_is_lifted_by_one_precise_source():
    vague, precise = (6.0, 1.0, 11.0), (6.0, 5.0, 7.0)
    assert rate(Outcome.SUPPORTED, assessments(vague, vague))[1] == [WOULD_FALL]
    assert rate(Outcome.SUPPORTED, assessments(vague, precise))[1] == []


def test_doubt_about_precision_looks_only_at_sources_that_say_what_the_verdict_says():
    vague = (6.0, 1.0, 11.0)
    assert rate(Outcome.SUPPORTED, assessments(vague, OPEN))[1] == [WOULD_FALL]


def test_doubt_about_precision_looks_at_the_mean_where_there_is_one():
    vague, precise = pooled_mean(6.0, 1.0, 11.0, (0.5, 12.0)), pooled_mean(6.0, 5.0, 7.0, (0.5, 12.0))
    assert rate(Outcome.SUPPORTED, THREE, pooled=[vague])[1] == [WOULD_FALL]
    assert rate(Outcome.SUPPORTED, THREE, pooled=[precise])[1] == []


def test_doubt_about_precision_looks_at_the_quantity_that_carries_the_verdict():
    other = a_quantity(name="other")
    deciding = [*assessments(OPEN, OPEN, OPEN), *assessments(FOR, quantity=other, sources="Z")]
    open_mean = pooled_mean(2.0, -1.0, 5.0, (-2.0, 6.0))
    assert rate(Outcome.SUPPORTED, deciding, pooled=[open_mean], claim=a_claim(a_quantity(), other))[1] == []


def test_doubt_about_precision_widens_ratios_on_the_logarithm():
    # ln 1.5 = 0.405; half as wide again the lower arm reaches ln(1.5) - 1.5 (ln 1.5 - ln low) = 0 at low = 1.1447.
    quantity = a_ratio(size=None)
    claim = a_claim(quantity)
    beside_it = assessments((1.5, 1.14, 2.0), (1.5, 1.14, 2.0), quantity=quantity)
    above_it = assessments((1.5, 1.15, 2.0), (1.5, 1.15, 2.0), quantity=quantity)
    assert rate(Outcome.SUPPORTED, beside_it, claim=claim)[1] == [WOULD_FALL]
    assert rate(Outcome.SUPPORTED, above_it, claim=claim)[1] == []


def test_doubt_about_precision_of_an_inconclusive_verdict_is_that_it_cannot_conclude():
    assert rate(Outcome.INCONCLUSIVE, assessments(OPEN, OPEN))[1] == ["the intervals are too wide to conclude."]


def test_doubt_about_precision_is_silent_on_mixed_verdicts():
    vague = [(6.0, 1.0, 11.0), (-6.0, -11.0, -1.0)]
    assert rate(Outcome.MIXED, assessments(*vague))[1] == ["the deciding sources disagree (contradicted, supported)."]


# All together.


def test_each_doubt_costs_one_step_and_the_floor_is_very_low():
    doubtful = INDIRECT | SECONDARY | VENDOR
    confidence, doubts = rate(Outcome.SUPPORTED, changed(assessments(FOR, design="randomised"), doubtful))
    assert len(doubts) == 4  # indirect, one source, interested, second hand
    assert confidence is Confidence.VERY_LOW
    two, _ = rate(Outcome.SUPPORTED, changed(assessments(FOR, design="randomised"), INDIRECT))
    assert two is Confidence.LOW
    assert rate(Outcome.SUPPORTED, assessments(FOR, design="model"))[0] is Confidence.VERY_LOW


def test_doubts_are_listed_in_a_fixed_order():
    doubtful = INDIRECT | SECONDARY | STATED
    _, doubts = rate(
        Outcome.INCONCLUSIVE, changed(assessments(OPEN, design="randomised"), doubtful), rest=(), beside=[sign_only()]
    )
    starts = [
        "indirect",
        "it rests on one source",
        "the intervals are too wide",
        "the outcome is what",
        "the study itself",
    ]
    assert all(doubt.startswith(start) for doubt, start in zip(doubts, starts, strict=True))
