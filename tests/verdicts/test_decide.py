"""From estimates to a verdict: who decides, how they are joined, and what can never count."""

import dataclasses
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.core.errors import ParameterMistake
from analysis.core.results import NotIdentifiedSource, Pooled
from analysis.core.vocabulary import Confidence, Design, Direction, Kind, Outcome, Role, Rule
from analysis.verdicts.decide import PUBLIC_SCOPE, decide, outcome_of_pooled
from tests.helpers import CLAIM, a_claim, a_quantity, a_ratio, an_estimate

# Intervals on the scale of `a_quantity()`: null 0, above, 1 matters, 5 is claimed.
FOR = (6.0, 4.0, 8.0)
SMALL = (3.0, 2.0, 4.0)
AGAINST = (-3.0, -4.0, -2.0)
OPEN = (2.0, -1.0, 5.0)


def answers(*triples, **changes):
    """Return one answer a triple, each from a shop of its own."""
    return [an_estimate(*triple, source=f"Shop {chr(65 + place)}", **changes) for place, triple in enumerate(triples)]


def test_verdict_without_any_evidence_is_untested_and_says_what_would_settle_it():
    verdict = decide(a_claim(), [], register_hash="abc")
    assert (verdict.outcome, verdict.confidence, verdict.design) == (Outcome.UNTESTED, Confidence.NONE, None)
    assert (verdict.assessments, verdict.n_deciding, verdict.without_strongest) == ((), 0, None)
    assert verdict.register_hash == "abc"
    assert verdict.sentence == (
        "Not tested so far: no checked evidence was found. What would settle it: A larger invented experiment."
    )


@pytest.mark.parametrize(("n", "words"), [(1, "1 published finding without"), (2, "2 published findings without")])
def test_verdict_on_findings_without_interval_is_untested_and_counts_them(n, words):
    findings = [an_estimate(3.0, source=f"Study {i}", kind=Kind.PUBLISHED, design=Design.RANDOMISED) for i in range(n)]
    verdict = decide(a_claim(), findings)
    assert verdict.outcome is Outcome.UNTESTED
    assert words in verdict.sentence
    assert [r.outcome for r in verdict.assessments] == [Outcome.UNQUANTIFIED] * n
    assert verdict.n_deciding == 0


@pytest.mark.parametrize(
    ("triples", "outcome", "words"),
    [
        ([FOR], Outcome.SUPPORTED, "The evidence supports this"),
        ([FOR, FOR], Outcome.SUPPORTED, "The evidence supports this"),
        ([FOR, OPEN], Outcome.SUPPORTED, "The evidence supports this"),
        ([SMALL, SMALL], Outcome.OVERSTATED, "True in direction, overstated in size"),
        ([AGAINST, OPEN], Outcome.CONTRADICTED, "The evidence contradicts this"),
        ([OPEN, OPEN], Outcome.INCONCLUSIVE, "The evidence cannot tell"),
        ([FOR, AGAINST], Outcome.MIXED, "The evidence disagrees"),
        ([FOR, SMALL], Outcome.MIXED, "The evidence disagrees"),
        ([SMALL, AGAINST], Outcome.MIXED, "The evidence disagrees"),
    ],
)
def test_verdict_of_one_or_two_sources_goes_by_agreement(triples, outcome, words):
    verdict = decide(a_claim(), answers(*triples))
    assert verdict.outcome is outcome
    assert verdict.sentence.startswith(f"{words}, with {verdict.confidence} confidence ({len(triples)} observational")
    assert verdict.pooled == ()


def test_verdict_sentence_quotes_a_source_that_says_what_the_verdict_says():
    verdict = decide(a_claim(), answers(OPEN, FOR))
    assert verdict.outcome is Outcome.SUPPORTED
    assert "Shop B: 6 points" in verdict.sentence
    assert "Shop A" not in verdict.sentence


def test_verdict_is_decided_by_the_best_design_only():
    weak = answers(FOR, FOR, FOR, FOR)
    strong = an_estimate(*AGAINST, source="Trial", design=Design.RANDOMISED)
    verdict = decide(a_claim(), [*weak, strong])
    assert (verdict.outcome, verdict.design, verdict.n_deciding) == (Outcome.CONTRADICTED, Design.RANDOMISED, 1)
    assert [r.estimate.source for r in verdict.deciding] == ["Trial"]
    assert len(verdict.assessments) == 5


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        (Design.QUASI_EXPERIMENTAL, Design.RANDOMISED),
        (Design.OBSERVATIONAL, Design.QUASI_EXPERIMENTAL),
        (Design.MODEL, Design.OBSERVATIONAL),
        (Design.ASSERTION, Design.OBSERVATIONAL),
    ],
)
def test_verdict_follows_each_step_of_the_order_of_designs(weaker, stronger):
    low = an_estimate(*FOR, source="Weaker", design=weaker)
    high = an_estimate(*AGAINST, source="Stronger", design=stronger)
    assert decide(a_claim(), [low, high]).outcome is Outcome.CONTRADICTED


def test_verdict_takes_model_and_assertion_together():
    model = an_estimate(*FOR, source="Model", design=Design.MODEL)
    asserted = an_estimate(*AGAINST, source="Somebody", design=Design.ASSERTION)
    verdict = decide(a_claim(), [model, asserted])
    assert (verdict.outcome, verdict.n_deciding) == (Outcome.MIXED, 2)


def test_verdict_is_not_decided_by_a_stronger_design_without_interval():
    bare = an_estimate(-9.0, source="Trial", design=Design.RANDOMISED, sign=-1)
    verdict = decide(a_claim(), [bare, *answers(FOR)])
    assert (verdict.outcome, verdict.design) == (Outcome.SUPPORTED, Design.OBSERVATIONAL)
    assert [r.outcome for r in verdict.assessments] == [Outcome.SUPPORTED, Outcome.UNQUANTIFIED]


def test_verdict_of_two_sources_is_never_pooled():
    assert decide(a_claim(), answers(FOR, FOR)).pooled == ()


def test_verdict_of_three_sources_or_more_is_that_of_their_mean():
    # Equal intervals of half-width h pool to t(k-1) / 1.96 * h / sqrt(k): 0.63 h for five, 1.27 h for three.
    alone = (3.0, -1.0, 7.0)
    five = decide(a_claim(), answers(*[alone] * 5))
    assert [r.outcome for r in five.assessments] == [Outcome.INCONCLUSIVE] * 5
    assert five.outcome is Outcome.SUPPORTED
    clear = (3.0, 0.5, 5.5)
    three = decide(a_claim(), answers(*[clear] * 3))
    assert [r.outcome for r in three.assessments] == [Outcome.SUPPORTED] * 3
    assert (three.outcome, three.pooled[0].k) == (Outcome.INCONCLUSIVE, 3)


def test_verdict_of_a_pooled_mean_outvotes_single_readings():
    single = decide(a_claim(), answers(FOR, AGAINST))
    assert single.outcome is Outcome.MIXED
    pooled = decide(a_claim(), answers(FOR, AGAINST, OPEN))
    assert pooled.outcome is Outcome.INCONCLUSIVE
    assert "on average over 3 sources" in pooled.sentence and "in one more such setting between" in pooled.sentence


def test_verdict_by_the_rule_of_agreement_never_pools():
    verdict = decide(a_claim(rule=Rule.AGREEMENT), answers(FOR, FOR, FOR))
    assert (verdict.outcome, verdict.pooled) == (Outcome.SUPPORTED, ())


def test_verdict_pools_equal_quantities_only():
    claim = a_claim(a_quantity(), a_quantity(name="other"))
    other = dataclasses.replace(an_estimate(*FOR, source="Shop C"), quantity="other")
    verdict = decide(claim, [*answers(FOR, FOR), other])
    assert (verdict.outcome, verdict.pooled, verdict.n_deciding) == (Outcome.SUPPORTED, (), 3)


def test_verdict_joins_a_pooled_quantity_with_another_one_by_agreement():
    claim = a_claim(a_quantity(), a_quantity(name="other"))
    tight = (6.0, 5.5, 6.5)
    against = dataclasses.replace(an_estimate(*AGAINST, source="Shop Z"), quantity="other")
    verdict = decide(claim, [*answers(tight, tight, tight), against])
    assert verdict.outcome is Outcome.MIXED
    assert [p.quantity for p in verdict.pooled] == ["effect"]


def test_verdict_sentence_quotes_the_pooled_mean_or_source_that_carries_it():
    claim = a_claim(a_quantity(), a_quantity(name="other", meaning="Another effect"))
    carrying = dataclasses.replace(an_estimate(*FOR, source="Shop Z"), quantity="other")
    verdict = decide(claim, [*answers(OPEN, OPEN, AGAINST), carrying])
    assert verdict.outcome is Outcome.SUPPORTED
    assert "Shop Z: 6 points" in verdict.sentence
    assert "on average" not in verdict.sentence


def test_outcome_of_pooled_reads_the_mean_by_the_registered_rule_on_either_side():
    mean = Pooled(
        quantity="effect",
        value=0.7,
        low=0.6,
        high=0.75,
        level=0.95,
        predicted_low=0.5,
        predicted_high=0.9,
        tau2=0,
        i2=0,
        k=3,
    )
    assert outcome_of_pooled(mean, a_ratio()) is Outcome.CONTRADICTED
    below = a_ratio(direction=Direction.BELOW, smallest=0.8, size=None)
    assert outcome_of_pooled(mean, below) is Outcome.SUPPORTED
    assert outcome_of_pooled(mean, dataclasses.replace(below, size=0.3)) is Outcome.OVERSTATED


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
    assert with_simulated.outcome is Outcome.CONTRADICTED


def test_verdict_on_simulated_numbers_alone_is_untested():
    verdict = decide(a_claim(), [temptation(kind=Kind.SIMULATED)])
    assert verdict.outcome is Outcome.UNTESTED
    assert (verdict.assessments, verdict.beside) == ((), ())


@pytest.mark.parametrize("role", [Role.NAIVE, Role.CONTEXT])
@pytest.mark.parametrize("kind", [Kind.PUBLIC, Kind.PUBLISHED])
def test_naive_and_context_numbers_stand_beside_and_never_count(role, kind):
    beside = temptation(role=role, kind=kind)
    verdict = decide(a_claim(), [beside, *answers(AGAINST, AGAINST)])
    assert verdict.beside == (beside,)
    assert (verdict.outcome, verdict.design, verdict.n_deciding) == (Outcome.CONTRADICTED, Design.OBSERVATIONAL, 2)
    assert decide(a_claim(), [beside]).outcome is Outcome.UNTESTED


def test_quantity_without_a_vote_is_shown_and_never_counts():
    claim = a_claim(a_quantity(), a_quantity(name="shown", decides=False))
    shown = dataclasses.replace(temptation(kind=Kind.PUBLISHED), quantity="shown")
    verdict = decide(claim, [shown, *answers(AGAINST, AGAINST)])
    assert verdict.beside == (shown,)
    assert (verdict.outcome, verdict.design, verdict.n_deciding) == (Outcome.CONTRADICTED, Design.OBSERVATIONAL, 2)
    alone = decide(claim, [shown])
    assert alone.outcome is Outcome.UNTESTED
    assert "1 published finding without an interval on a quantity that decides" in alone.sentence


def test_cannot_answer_is_recorded_and_never_counted():
    not_identified = NotIdentifiedSource(
        claim=CLAIM, source="Shop X", reason="One closed cohort.", naive=temptation(role=Role.NAIVE)
    )
    verdict = decide(a_claim(), answers(AGAINST), not_identified=[not_identified])
    assert verdict.not_identified == (not_identified,)
    assert verdict.outcome is Outcome.CONTRADICTED
    assert verdict.beside == ()


# --- scopes -------------------------------------------------------------------------------------------------------


def test_own_numbers_give_a_verdict_of_their_own_and_leave_the_public_one_alone():
    public, published = an_estimate(*AGAINST), an_estimate(*AGAINST, source="Study", kind=Kind.PUBLISHED)
    own = an_estimate(*FOR, source="Acme", kind=Kind.OWN)
    naive = an_estimate(*FOR, source="Acme", kind=Kind.OWN, role=Role.NAIVE)
    everything = [public, published, own, naive]
    ours, theirs = decide(a_claim(), everything, scope="Acme"), decide(a_claim(), everything)
    assert (ours.scope, ours.outcome, ours.beside) == ("Acme", Outcome.SUPPORTED, (naive,))
    assert [r.estimate for r in ours.assessments] == [own]
    assert (theirs.scope, theirs.outcome, theirs.beside) == ("public", Outcome.CONTRADICTED, ())
    assert {r.estimate for r in theirs.assessments} == {public, published}


# --- without the strongest ----------------------------------------------------------------------------------------


def test_without_strongest_leaves_the_most_precise_deciding_source_out():
    precise, vague = (3.0, 2.9, 3.1), (-3.0, -5.0, -1.0)
    verdict = decide(a_claim(), answers(precise, vague))
    assert verdict.outcome is Outcome.MIXED
    assert verdict.without_strongest is Outcome.CONTRADICTED


def test_without_strongest_compares_precision_in_units_of_what_matters():
    # Width 2 where 1 matters is vaguer than width 10 where 100 matters.
    claim = a_claim(a_quantity(), a_quantity(name="pence", smallest=100.0, size=None))
    pence = dataclasses.replace(an_estimate(-300.0, -305.0, -295.0, source="Shop B"), quantity="pence")
    verdict = decide(claim, [*answers(FOR), pence])
    assert verdict.without_strongest is Outcome.SUPPORTED


def test_without_strongest_falls_back_on_the_next_design():
    trial = an_estimate(*FOR, source="Trial", design=Design.RANDOMISED)
    assert decide(a_claim(), [trial, *answers(AGAINST)]).without_strongest is Outcome.CONTRADICTED


def test_without_strongest_of_a_single_source_is_none():
    assert decide(a_claim(), answers(FOR)).without_strongest is None
    bare = an_estimate(3.0, source="Study", kind=Kind.PUBLISHED)
    assert decide(a_claim(), [bare, *answers(FOR)]).without_strongest is None


# --- intervals without a bound ------------------------------------------------------------------------------------


def test_an_interval_without_a_bound_is_not_pooled_and_speaks_for_itself():
    far = an_estimate(6.0, 4.0, float("inf"), source="Weak instrument")
    two = decide(a_claim(), [*answers(FOR, FOR), far])
    assert two.pooled == ()  # two bounded ones are too few
    assert two.outcome is Outcome.SUPPORTED
    three = decide(a_claim(), [*answers(FOR, FOR, FOR), far])
    assert [mean.k for mean in three.pooled] == [3]
    against = an_estimate(-3.0, float("-inf"), -2.0, source="Weak instrument")
    assert decide(a_claim(), [*answers(FOR, FOR, FOR), against]).outcome is Outcome.MIXED


# --- leave one source out -----------------------------------------------------------------------------------------


def test_each_deciding_source_is_left_out_in_turn():
    verdict = decide(a_claim(), answers(FOR, FOR, AGAINST))
    assert verdict.outcome is not Outcome.MIXED  # three of one quantity are pooled
    assert [item.source for item in verdict.leave_one_out] == sorted(r.estimate.source for r in verdict.deciding)
    # Two are left each time, and two are not pooled: alike they carry, unlike they are mixed.
    left = {item.source: item.outcome for item in verdict.leave_one_out}
    against = next(r.estimate.source for r in verdict.deciding if r.estimate.value == AGAINST[0])
    assert left.pop(against) is Outcome.SUPPORTED
    assert set(left.values()) == {Outcome.MIXED}


def test_leaving_the_only_source_out_leaves_the_claim_untested():
    assert [item.outcome for item in decide(a_claim(), answers(FOR)).leave_one_out] == [Outcome.UNTESTED]
    assert decide(a_claim(), []).leave_one_out == ()


# --- what is refused ----------------------------------------------------------------------------------------------


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
    assert (verdict.outcome, verdict.n_deciding) == (Outcome.SUPPORTED, 2)


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
def test_widening_all_intervals_never_makes_an_inconclusive_verdict_supported(listed, by):
    before = decide(a_claim(), listed)
    assume(before.outcome is Outcome.INCONCLUSIVE and not before.pooled)
    wider = [e if e.low is None else dataclasses.replace(e, low=e.low - by / 4, high=e.high + by / 4) for e in listed]
    assert decide(a_claim(), wider).outcome is Outcome.INCONCLUSIVE


def test_one_sided_interval_is_read_and_decides():
    verdict = decide(a_claim(), [an_estimate(6.0, 2.0, math.inf)])
    assert verdict.outcome is Outcome.SUPPORTED
    assert "2 to no bound" in verdict.sentence
