"""From estimates to a verdict: which quantity and body decide, how readings are joined, and what can never count."""

import dataclasses
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.core.errors import ParameterMistake
from analysis.core.results import CheckResult, NotIdentifiedSource
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import (
    Confidence,
    Design,
    Direction,
    Kind,
    OnFailure,
    Outcome,
    QuestionType,
    Role,
    Rule,
    Sampling,
    Scale,
    Shade,
    Validation,
)
from analysis.verdicts.decide import PUBLIC_SCOPE, decide
from tests.helpers import CLAIM, a_claim, a_quantity, a_ratio, an_estimate

# Intervals on the scale of `a_quantity()`: null 0, above, 1 matters, 5 is claimed.
FOR = (6.0, 5.5, 6.5)
SMALL = (3.0, 2.0, 4.0)
TRIFLE = (3.0, 0.5, 5.5)
AGAINST = (-3.0, -4.0, -2.0)
NOTHING = (0.0, -0.5, 0.5)
OPEN = (2.0, -1.0, 5.0)


def answers(*triples, **changes):
    """Return one answer a triple, each from a shop of its own."""
    return [an_estimate(*triple, source=f"Shop {chr(65 + place)}", **changes) for place, triple in enumerate(triples)]


def of(*triples, claim=None, **changes):
    """Return the verdict on answers of shops of their own."""
    return decide(claim or a_claim(), answers(*triples, **changes))


# --- several readings of one strength -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("triples", "outcome", "how"),
    [
        ([FOR], "holds", "one reading"),
        ([FOR, FOR], "holds", "agreement"),
        ([FOR, OPEN], "holds", "the cautious one"),
        ([SMALL, SMALL], "overstated", "agreement"),
        ([AGAINST, NOTHING, OPEN], "fails", "the cautious one"),
        ([AGAINST, NOTHING], "fails", "agreement"),
        ([OPEN, OPEN], "open", "agreement"),
        ([FOR, AGAINST], "mixed", "disagreement"),
        ([SMALL, AGAINST], "mixed", "disagreement"),
        ([TRIFLE, NOTHING, OPEN], "mixed", "disagreement"),
        # 2 to 6.5: large enough, and the size in doubt.
        ([FOR, SMALL], "holds", "the cautious one"),
        # .5 to 6.5
        ([FOR, TRIFLE], "direction only", "the cautious one"),
    ],
)
def test_readings_of_one_strength_are_joined(triples, outcome, how):
    verdict = of(*triples)
    assert verdict.outcome == outcome
    assert [(body.outcome, body.how, body.decides) for body in verdict.bodies] == [(outcome, how, True)]


def test_three_sources_that_agree_say_no_less_than_one():
    """First edition: three readings that each fail gave *cannot tell*, by Hartung and Knapp's interval of three."""
    three = [(-0.3, -0.5, -0.1), (0.3, 0.2, 0.4), (0.9, 0.82, 0.98)]
    verdict = of(*three)
    assert verdict.outcome is Outcome.FAILS
    mean = verdict.pooled[0]
    assert mean.low < 0 and mean.high > 1  # what decided before
    assert any("sources differ in size" in reason for reason in verdict.reasons)


def test_where_five_differ_their_mean_decides_and_four_are_not_enough():
    mostly = [FOR, FOR, FOR, FOR, TRIFLE]
    assert of(*mostly).bodies[0].how == "pooled"
    assert of(*mostly[1:]).bodies[0].how == "the cautious one"


def test_by_the_rule_of_agreement_nothing_is_pooled():
    verdict = of(*[FOR] * 4, TRIFLE, claim=a_claim(rule=Rule.AGREEMENT))
    assert (verdict.pooled, verdict.bodies[0].how) == ((), "the cautious one")


# --- lead and designs ---------------------------------------------------------------------------------------------


def other(triple, name="other", **changes):
    return dataclasses.replace(an_estimate(*triple, **changes), quantity=name)


def test_no_reading_wins_because_one_of_several_outcomes_came_out():
    """First edition: the lead was open, another outcome held, and the claim was *supported*."""
    claim = a_claim(a_quantity(), a_quantity(name="other"), lead="effect")
    verdict = decide(claim, [an_estimate(*OPEN), other(FOR, source="Shop B")])
    assert (verdict.outcome, verdict.quantity) == (Outcome.OPEN, "effect")
    assert [r.outcome for r in verdict.assessments] == [Outcome.OPEN, Outcome.HOLDS]


def test_a_quantity_stands_in_in_the_registered_order_where_the_lead_has_no_answer():
    names = ("first", "second", "third")
    claim = a_claim(*(a_quantity(name=name) for name in names), lead="third")
    listed = [other(AGAINST, "second"), other(FOR, "first")]
    assert decide(claim, listed).quantity == "first"
    assert decide(claim, [*listed, other(OPEN, "third")]).quantity == "third"
    bare = dataclasses.replace(other(OPEN, "third"), low=None, high=None)
    assert decide(claim, [*listed, bare]).quantity == "first"


def test_the_strongest_body_that_can_tell_decides():
    strong, weak = an_estimate(*OPEN, design=Design.RANDOMISED), an_estimate(*FOR, source="Shop B")
    verdict = decide(a_claim(), [strong, weak])
    assert (verdict.outcome, verdict.design) == (Outcome.HOLDS, Design.OBSERVATIONAL)
    assert any("the stronger evidence cannot tell (randomised: Shop A)" in reason for reason in verdict.reasons)
    both = decide(a_claim(), [an_estimate(*AGAINST, design=Design.RANDOMISED), weak])
    assert (both.outcome, both.design) == (Outcome.FAILS, Design.RANDOMISED)
    assert any(
        reason.startswith("One step down: other evidence points the other way (Shop B)") for reason in both.reasons
    )


# --- checks -------------------------------------------------------------------------------------------------------


def failed(on_failure, **changes):
    fields = {"name": "overlap", "passed": False, "sentence": "It does not.", "source": "Shop A", "frame": "exposure"}
    return CheckResult(**{**fields, "on_failure": on_failure, **changes})


def test_a_voided_estimate_is_shown_and_has_no_vote():
    """First edition: a failed overlap check changed nothing."""
    estimate = an_estimate(*FOR, frame="exposure")
    verdict = decide(a_claim(), [estimate], checks=[failed(OnFailure.VOIDS)])
    assert verdict.outcome is Outcome.NOTHING_FOUND
    assert [(r.estimate, r.outcome) for r in verdict.assessments] == [(estimate, Outcome.NO_READING)]
    second = an_estimate(*AGAINST, source="Shop B")
    assert decide(a_claim(), [estimate, second], checks=[failed(OnFailure.VOIDS)]).outcome is Outcome.FAILS


def test_a_check_that_lowers_costs_one_named_step():
    estimate = an_estimate(*FOR, frame="exposure", design=Design.RANDOMISED)
    assert decide(a_claim(), [estimate]).confidence is Confidence.MODERATE  # one source
    verdict = decide(a_claim(), [estimate], checks=[failed(OnFailure.LOWERS)])
    assert (verdict.outcome, verdict.confidence) == (Outcome.HOLDS, Confidence.LOW)
    assert "One step down: a check failed (overlap). It does not." in verdict.reasons
    assert decide(a_claim(), [estimate], checks=[failed(OnFailure.INFORMS)]).confidence is Confidence.MODERATE


# --- the question -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "changes", "start"),
    [
        ("causal", {"design": "randomised"}, "high"),
        ("causal", {"design": "quasi-experimental"}, "moderate"),
        ("causal", {}, "low"),
        ("causal", {"design": "model"}, "very low"),
        ("predictive", {"validation": Validation.LATER}, "high"),
        ("predictive", {"validation": Validation.LATER_SAME_PEOPLE}, "moderate"),
        ("predictive", {"validation": Validation.CROSS_VALIDATED}, "moderate"),
        ("descriptive", {}, "high"),
        ("descriptive", {"kind": "published", "sampling": Sampling.PROBABILITY}, "high"),
        ("descriptive", {"kind": "published", "sampling": Sampling.VOLUNTEERS}, "low"),
        ("descriptive", {"vendor": True}, "very low"),
    ],
)
def test_the_question_decides_where_confidence_starts(question, changes, start):
    """First edition: whatever was asked, what was not randomised started at low."""
    verdict = of(FOR, FOR, claim=a_claim(question=QuestionType(question)), **changes)
    assert verdict.reasons[0].startswith(f"Starts at {start}: {question} question")


def test_a_score_judged_on_those_it_was_made_from_has_no_vote():
    claim = a_claim(question=QuestionType.PREDICTIVE)
    verdict = of(FOR, claim=claim, validation=Validation.IN_SAMPLE)
    assert (verdict.n_deciding, verdict.confidence) == (0, Confidence.NONE)


def a_predictor():
    bar = a_quantity(name="auc_gain_over_recency", smallest=1.0, size=None, decides=False)
    return a_claim(a_quantity(size=None), bar, question=QuestionType.PREDICTIVE)


@pytest.mark.parametrize(("bar", "outcome"), [(FOR, "holds"), (NOTHING, "fails"), (OPEN, "open")])
def test_a_predictor_that_does_not_beat_the_plain_rule_does_not_hold(bar, outcome):
    """First edition: an area wholly above what matters was *supported*, however little it added to recency."""
    score = an_estimate(*FOR, frame="scores", validation=Validation.LATER)
    gain = dataclasses.replace(score, quantity="auc_gain_over_recency", value=bar[0], low=bar[1], high=bar[2])
    assert decide(a_predictor(), [score, gain]).outcome == outcome
    assert decide(a_predictor(), [score]).outcome is Outcome.HOLDS


# --- conventions, firms, published --------------------------------------------------------------------------------


def test_the_answer_is_the_envelope_of_the_registered_conventions():
    """First edition: one of two defensible conventions decided, 1.74 (1.73; 1.74), and the claim was *overstated*."""
    one = a_quantity(scale=Scale.ELASTICITY, null=1.0, smallest=1.5, conventions=("two",))
    two = a_quantity(name="two", scale=Scale.ELASTICITY, null=1.0, smallest=1.5, decides=False)
    proportional = an_estimate(1.74, 1.73, 1.74, quantity=one)
    times = an_estimate(6.55, 6.5, 6.6, quantity=two)
    claim = a_claim(one, two)
    assert decide(claim, [proportional]).outcome is Outcome.OVERSTATED
    verdict = decide(claim, [proportional, times])
    assert (verdict.outcome, verdict.shade) == (Outcome.HOLDS, Shade.SIZE_NOT_SETTLED)
    assert (verdict.assessments[0].estimate.low, verdict.assessments[0].estimate.high) == (1.73, 6.6)
    elsewhere = dataclasses.replace(times, source="Shop B")
    assert decide(claim, [proportional, elsewhere]).outcome is Outcome.OVERSTATED


def test_figures_of_three_firms_form_a_body_by_their_spread():
    """ln 4, ln 5, ln 6.25: mean ln 5, s = .2231, and t(2) = 4.3027 over sqrt 3 give exp(ln 5 -+ .5543) = 2.87 to 8.70."""
    quantity = a_ratio(size=5.0)
    figures = [
        an_estimate(value, quantity=quantity, source=f"Firm {value}", kind=Kind.PUBLISHED, sign=1)
        for value in (4.0, 5.0, 6.25)
    ]
    verdict = decide(a_claim(quantity), figures)
    assert (verdict.outcome, verdict.shade, verdict.bodies[0].how) == ("holds", "size not settled", "spread over firms")
    spread = verdict.assessments[0].estimate
    assert (spread.value, spread.low, spread.high) == pytest.approx((5.0, 2.8724, 8.7034), abs=2e-3)
    for changes in ({"vendor": True}, {"design": Design.ASSERTION}, {"role": Role.NAIVE}, {"firm": "Firm 4.0"}):
        fewer = [*figures[:2], dataclasses.replace(figures[2], **changes)]
        assert decide(a_claim(quantity), fewer).confidence is Confidence.NONE


@pytest.mark.parametrize(
    ("n_for", "n_against", "outcome", "told"),
    [
        (0, 0, "nothing found", "no checked evidence was found"),
        (1, 0, "one study only", "a single study, Study 0, speaks for the claim"),
        (1, 1, "hints conflict", "1 for, 1 against"),
        (2, 1, "hints conflict", "2 for, 1 against"),
        (2, 0, "hints for", "2 for, 0 against"),
        (3, 1, "hints for", "3 for, 1 against"),
        (1, 3, "hints against", "1 for, 3 against"),
        # 2 (1 + 6) / 64 = .21875
        (5, 1, "hints for", "5 for, 1 against; sign test p = 0.22"),
    ],
)
def test_without_a_body_the_published_signs_are_tallied(n_for, n_against, outcome, told):
    """First edition: all of these were *untested*."""
    signs = [1] * n_for + [-1] * n_against
    studies = [an_estimate(None, source=f"Study {i}", kind=Kind.PUBLISHED, sign=s) for i, s in enumerate(signs)]
    verdict = decide(a_claim(), studies)
    assert (verdict.outcome, verdict.confidence, verdict.tally) == (outcome, Confidence.NONE, (n_for, n_against))
    assert told in verdict.sentence
    assert "A larger invented experiment." in verdict.sentence


def test_a_study_has_one_vote_and_guesses_and_interested_publishers_none():
    studies = [an_estimate(None, source="Study", kind=Kind.PUBLISHED, sign=1, method=str(i)) for i in range(5)]
    studies.append(an_estimate(None, source="Guess", kind=Kind.PUBLISHED, sign=-1, design=Design.ASSERTION))
    studies.append(an_estimate(None, source="Vendor", kind=Kind.PUBLISHED, sign=1, vendor=True))
    assert decide(a_claim(), studies).outcome is Outcome.ONE_STUDY


def test_a_public_file_that_would_answer_is_named():
    verdict = decide(a_claim(), [], elsewhere=["Shop files"])
    assert verdict.outcome is Outcome.DATA_ELSEWHERE
    assert "Shop files would answer this" in verdict.sentence
    assert decide(a_claim(), answers(FOR), elsewhere=["Shop files"]).outcome is Outcome.HOLDS


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("design", "words"),
    [
        (Design.RANDOMISED, "This is true"),
        (Design.QUASI_EXPERIMENTAL, "This is probably true"),
        (Design.OBSERVATIONAL, "This may be true"),
        (Design.MODEL, "The evidence is very uncertain"),
    ],
)
def test_the_verb_carries_the_confidence(design, words):
    assert of(FOR, FOR, design=design).sentence.startswith(words)


def test_the_record_of_a_verdict_comes_back_as_it_went():
    verdict = decide(a_claim(), [an_estimate(*FOR, frame="exposure")], checks=[failed(OnFailure.LOWERS)])
    assert Verdict.from_json(verdict.to_json()) == verdict


# --- without each source ------------------------------------------------------------------------------------------


def test_each_deciding_source_is_left_out_in_turn():
    verdict = of(FOR, AGAINST, FOR)
    assert [(item.source, item.outcome) for item in verdict.leave_one_out] == [
        ("Shop A", Outcome.MIXED),
        ("Shop B", Outcome.HOLDS),
        ("Shop C", Outcome.MIXED),
    ]
    assert of(FOR).without_strongest is None
    precise = of(FOR, (-3.0, -3.1, -2.9))
    assert precise.without_strongest is Outcome.HOLDS


# --- what can never count -----------------------------------------------------------------------------------------


def temptation(**changes):
    """Return a huge, narrow, randomised number: if it counted at all, it would decide."""
    return an_estimate(500.0, 499.9, 500.1, design=Design.RANDOMISED, n=10**9, source="Scenario", **changes)


@pytest.mark.parametrize("scope", [PUBLIC_SCOPE, "Acme", "simulated"])
@pytest.mark.parametrize("role", Role)
def test_simulated_numbers_never_count_whatever_their_role_and_design(scope, role):
    own = Kind.PUBLIC if scope == PUBLIC_SCOPE else Kind.OWN
    real = answers(AGAINST, AGAINST, kind=own)
    # Also three of them, which would pool, and one that bears a real source's name.
    scenarios = [temptation(kind=Kind.SIMULATED, role=role), *answers(FOR, FOR, FOR, kind=Kind.SIMULATED, role=role)]
    scenarios += [dataclasses.replace(e, design=Design.RANDOMISED) for e in scenarios]
    with_simulated = decide(a_claim(), [*scenarios, *real, *scenarios], scope=scope)
    assert with_simulated == decide(a_claim(), real, scope=scope)
    assert with_simulated.outcome is Outcome.FAILS


def test_verdict_on_simulated_numbers_alone_says_nothing_was_found():
    verdict = decide(a_claim(), [temptation(kind=Kind.SIMULATED)])
    assert verdict.outcome is Outcome.NOTHING_FOUND
    assert (verdict.assessments, verdict.beside) == ((), ())


@pytest.mark.parametrize("role", [Role.NAIVE, Role.CONTEXT])
@pytest.mark.parametrize("kind", [Kind.PUBLIC, Kind.PUBLISHED])
def test_naive_and_context_numbers_stand_beside_and_never_count(role, kind):
    beside = temptation(role=role, kind=kind)
    verdict = decide(a_claim(), [beside, *answers(AGAINST, AGAINST)])
    assert verdict.beside == (beside,)
    assert (verdict.outcome, verdict.design, verdict.n_deciding) == (Outcome.FAILS, Design.OBSERVATIONAL, 2)
    assert decide(a_claim(), [beside]).outcome is Outcome.NOTHING_FOUND


def test_quantity_without_a_vote_is_shown_and_never_counts():
    claim = a_claim(a_quantity(), a_quantity(name="shown", decides=False))
    shown = dataclasses.replace(temptation(kind=Kind.PUBLISHED), quantity="shown")
    verdict = decide(claim, [shown, *answers(AGAINST, AGAINST)])
    assert verdict.beside == (shown,)
    assert (verdict.outcome, verdict.design, verdict.n_deciding) == (Outcome.FAILS, Design.OBSERVATIONAL, 2)
    alone = decide(claim, [shown])
    assert alone.outcome is Outcome.NOTHING_FOUND


def test_cannot_answer_is_recorded_and_never_counted():
    not_identified = NotIdentifiedSource(
        claim=CLAIM, source="Shop X", reason="One closed cohort.", naive=temptation(role=Role.NAIVE)
    )
    verdict = decide(a_claim(), answers(AGAINST), not_identified=[not_identified])
    assert verdict.not_identified == (not_identified,)
    assert verdict.outcome is Outcome.FAILS
    assert verdict.beside == ()


# --- scopes -------------------------------------------------------------------------------------------------------


def test_own_numbers_give_a_verdict_of_their_own_and_leave_the_public_one_alone():
    public, published = an_estimate(*AGAINST), an_estimate(*AGAINST, source="Study", kind=Kind.PUBLISHED)
    own = an_estimate(*FOR, source="Acme", kind=Kind.OWN)
    naive = an_estimate(*FOR, source="Acme", kind=Kind.OWN, role=Role.NAIVE)
    everything = [public, published, own, naive]
    ours, theirs = decide(a_claim(), everything, scope="Acme"), decide(a_claim(), everything)
    assert (ours.scope, ours.outcome, ours.beside) == ("Acme", Outcome.HOLDS, (naive,))
    assert [r.estimate for r in ours.assessments] == [own]
    assert (theirs.scope, theirs.outcome, theirs.beside) == ("public", Outcome.FAILS, ())
    assert {r.estimate for r in theirs.assessments} == {public, published}


def test_estimate_of_another_claim_is_refused():
    with pytest.raises(ParameterMistake, match="must be of claim 'invented-claim'; got one of 'other-claim'"):
        decide(a_claim(), [an_estimate(*FOR, claim="other-claim")])


def test_two_answers_of_one_source_for_one_quantity_are_refused():
    with pytest.raises(ParameterMistake, match="one answer a source and quantity; Shop A gives two for 'effect'"):
        decide(a_claim(), [an_estimate(*FOR), an_estimate(*OPEN)])


def test_several_numbers_of_one_source_are_taken_where_only_one_of_them_answers():
    second = dataclasses.replace(an_estimate(*FOR), quantity="other")
    listed = [an_estimate(*FOR), second, an_estimate(3.0), an_estimate(*AGAINST, role=Role.CONTEXT)]
    verdict = decide(a_claim(a_quantity(), a_quantity(name="other")), listed)
    assert (verdict.outcome, verdict.n_deciding) == (Outcome.HOLDS, 1)


def test_answer_by_another_rule_than_the_registered_one_is_refused():
    with pytest.raises(ParameterMistake, match="`quantity` must be one that claim 'invented-claim' registers"):
        decide(a_claim(), [dataclasses.replace(an_estimate(*FOR), quantity="unheard")])


# --- properties ---------------------------------------------------------------------------------------------------

QUARTERS = st.integers(-40, 40).map(lambda quarters: quarters / 4)


@st.composite
def evidence(draw, quantities=("effect",)):
    """Return up to eight estimates with all designs, kinds and roles, some without interval."""
    listed = []
    for place in range(draw(st.integers(1, 8))):
        low, value, high = sorted(draw(st.lists(QUARTERS, min_size=3, max_size=3, unique=True)))
        bare = draw(st.integers(0, 5)) == 0
        listed.append(
            an_estimate(
                value,
                None if bare else low,
                None if bare else high,
                source=f"Shop {chr(65 + place)}",
                design=draw(st.sampled_from(Design)),
                kind=draw(st.sampled_from(Kind)),
                role=draw(st.sampled_from([Role.ANSWER, Role.ANSWER, Role.ANSWER, Role.NAIVE, Role.CONTEXT])),
                sign=draw(st.sampled_from([None, -1, 0, 1])),
            )
        )
    return [dataclasses.replace(e, quantity=draw(st.sampled_from(quantities))) for e in listed]


def same_but_for_the_order_beside(one, other):
    assert sorted(map(repr, one.beside)) == sorted(map(repr, other.beside))
    assert dataclasses.replace(one, beside=()) == dataclasses.replace(other, beside=())


@given(evidence(quantities=("effect", "other")), st.randoms(use_true_random=False))
def test_verdict_does_not_depend_on_the_order_of_the_estimates(listed, random):
    claim = a_claim(a_quantity(), a_quantity(name="other", smallest=2.0, size=None))
    shuffled = random.sample(listed, len(listed))
    same_but_for_the_order_beside(decide(claim, listed), decide(claim, shuffled))


def test_verdict_does_not_depend_on_the_order_of_findings_of_one_study():
    study = [an_estimate(None, source="Study", kind=Kind.PUBLISHED, sign=s, method=m) for s, m in [(1, "b"), (-1, "a")]]
    assert decide(a_claim(), study) == decide(a_claim(), study[::-1])


@given(evidence(), evidence())
def test_verdict_does_not_change_when_simulated_and_naive_numbers_are_thrown_in(listed, noise):
    scenarios = [dataclasses.replace(e, kind=Kind.SIMULATED) for e in noise]
    naive = [dataclasses.replace(e, kind=Kind.PUBLIC, role=Role.NAIVE, sign=None) for e in noise]
    before, after = decide(a_claim(), listed), decide(a_claim(), [*scenarios, *listed, *naive])
    assert dataclasses.replace(after, beside=()) == dataclasses.replace(before, beside=())


@given(evidence())
def test_negating_claim_and_data_flips_no_verdict(listed):
    claim = a_claim()
    opposite = a_claim(a_quantity(direction=Direction.BELOW, smallest=-1.0, size=-5.0))
    negated = [
        dataclasses.replace(e, value=-e.value, low=None, high=None)
        if e.low is None
        else dataclasses.replace(e, value=-e.value, low=-e.high, high=-e.low)
        for e in listed
    ]
    there, back = decide(claim, listed), decide(opposite, negated)
    assert (there.outcome, there.confidence, there.design) == (back.outcome, back.confidence, back.design)
    assert there.without_strongest is back.without_strongest
    assert [r.outcome for r in there.assessments] == [r.outcome for r in back.assessments]


@given(evidence(), st.integers(1, 40))
def test_widening_all_intervals_leaves_an_open_verdict_open(listed, by):
    before = decide(a_claim(), listed)
    assume(before.outcome is Outcome.OPEN and len(before.bodies) == 1 and not before.pooled)
    wider = [e if e.low is None else dataclasses.replace(e, low=e.low - by / 4, high=e.high + by / 4) for e in listed]
    assert decide(a_claim(), wider).outcome is Outcome.OPEN


def test_one_sided_interval_is_read_and_decides():
    verdict = decide(a_claim(), [an_estimate(6.0, 2.0, math.inf)])
    assert verdict.outcome is Outcome.HOLDS
    assert "2 to no bound" in verdict.sentence
