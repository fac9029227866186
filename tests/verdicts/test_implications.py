"""What a verdict means for somebody who decides: every number in the sentences is derived here by hand."""

import pytest

from analysis.core.results import CheckResult
from analysis.core.vocabulary import Design, Direction, OnFailure, QuestionType, Sampling, Scale, Validation
from analysis.verdicts.decide import decide
from analysis.verdicts.implications import deciding_interval, what_to_do, what_would_change
from tests.helpers import a_claim, a_quantity, a_ratio, an_estimate

# Intervals on the scale of `a_quantity()`: null 0, above, 1 matters, 5 is claimed.
FOR, SMALL, AGAINST, OPEN = (6.0, 4.0, 8.0), (3.0, 2.0, 4.0), (-3.0, -4.0, -2.0), (2.0, -1.0, 5.0)
NOTHING = (0.0, -0.5, 0.25)


def verdict_on(claim, *triples, **changes):
    quantity = claim.quantities[0]
    return decide(
        claim,
        [an_estimate(*t, quantity=quantity, source=f"Shop {chr(65 + i)}", **changes) for i, t in enumerate(triples)],
    )


def changes_if(*triples, quantity=None, **changes):
    claim = a_claim(quantity or a_quantity())
    return what_would_change(claim, verdict_on(claim, *triples, **changes))


def do_with(*triples, quantity=None, **changes):
    claim = a_claim(quantity or a_quantity())
    return what_to_do(claim, verdict_on(claim, *triples, **changes))


# --- what carries the verdict -------------------------------------------------------------------------------------


def test_deciding_interval_is_that_of_the_source_that_says_what_the_verdict_says():
    claim = a_claim()
    assert deciding_interval(claim, verdict_on(claim, OPEN, FOR))[1:] == FOR


def test_deciding_interval_is_the_mean_where_it_carries():
    claim = a_claim(a_quantity(), a_quantity(name="other"))
    tight = (6.0, 5.9, 6.1)
    pooled = verdict_on(claim, tight, tight, tight)
    assert deciding_interval(claim, pooled)[1:] == (pooled.pooled[0].value, pooled.pooled[0].low, pooled.pooled[0].high)


def test_deciding_interval_of_an_untested_claim_is_none():
    claim = a_claim()
    assert deciding_interval(claim, decide(claim, [])) is None


# --- what would change it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("triples", "sentence"),
    [
        # from the bound that is nearest to none
        ([FOR], "Only a hidden bias of more than 4 points would overturn this."),
        ([SMALL], "Only a hidden bias of more than 2 points would overturn this."),
        (
            [AGAINST],
            "Only a hidden bias of more than 2 points would overturn this.",
        ),
        # an interval that holds no effect cannot be brought back to it: from its best end to what matters, 1 - 0.25
        (
            [NOTHING],
            "Only a hidden bias of more than 0.75 points would bring it to an effect worth acting on.",
        ),
        ([FOR, AGAINST], "One more source of the same strength, or a stronger one, would tip it."),
        # half-width 3 against half of what matters, 0.5: (3 / 0.5)^2 = 36
        (
            [OPEN],
            "It would take about 36 times as much data of this kind to tell no effect from the smallest one worth acting on (1 points).",
        ),
    ],
)
def test_what_would_change_names_the_error_it_takes(triples, sentence):
    assert changes_if(*triples) == f"{sentence} A randomised comparison would take precedence over it."


def test_what_would_change_a_randomised_verdict_is_not_a_randomised_comparison():
    assert "randomised" not in changes_if(FOR, design="randomised")


@pytest.mark.parametrize(
    ("question", "better"),
    [
        ("descriptive", "A full count or a fair sample"),
        ("causal", "A randomised comparison"),
        ("predictive", "A test on later customers who had no part in making the score"),
    ],
)
def test_what_would_take_precedence_hangs_on_the_question(question, better):
    claim = a_claim(question=QuestionType(question))
    volunteers = an_estimate(5.0, 4.0, 6.0, sampling=Sampling.VOLUNTEERS, validation=Validation.CROSS_VALIDATED)
    told = what_would_change(claim, decide(claim, [volunteers]))
    assert told.endswith(f" {better} would take precedence over it.")


def test_nothing_takes_precedence_over_a_full_count_of_how_things_are():
    claim = a_claim(question=QuestionType.DESCRIPTIVE)
    counted = an_estimate(5.0, 4.0, 6.0, sampling=Sampling.FULL)
    assert what_would_change(claim, decide(claim, [counted])).endswith("would overturn this.")


def test_what_would_change_below_the_null_looks_at_the_upper_bound():
    below = a_quantity(direction=Direction.BELOW, smallest=-1.0, size=-5.0)
    assert "more than 4 points" in changes_if((-6.0, -8.0, -4.0), quantity=below)
    assert "more than 2 points" in changes_if((3.0, 2.0, 4.0), quantity=below)
    assert "more than 0.75 points" in changes_if((0.0, -0.25, 0.5), quantity=below)


def test_what_would_change_a_ratio_is_a_percentage_of_it():
    # From 1.5 back to 1: a factor of 1.5, 50 %. From 0.8 up to 1: a factor of 1.25, 25 %.
    assert "more than 50 % would" in changes_if((2.0, 1.5, 3.0), quantity=a_ratio())
    assert "more than 25 % would" in changes_if((0.7, 0.6, 0.8), quantity=a_ratio())
    # The best end 1.1 to what matters, 1.25: a factor of 1.13636.
    assert "more than 14 % would" in changes_if((1.0, 0.9, 1.1), quantity=a_ratio())


def test_what_would_change_an_untested_claim_is_left_to_what_would_settle_it():
    claim = a_claim()
    assert what_would_change(claim, decide(claim, [])) == ""


# --- what to do with it -------------------------------------------------------------------------------------------


def test_what_to_do_names_the_number_in_place_of_the_claimed_one_only_where_it_is_excluded():
    assert do_with(SMALL) == "Plan with 2 to 4 points, not with 5 points; the best guess is 3."
    assert do_with((7.0, 6.0, 8.0)) == "Plan with 6 to 8 points, not with 5 points; the best guess is 7."
    assert do_with(FOR) == "Plan with 4 to 8 points; the best guess is 6."


def test_what_to_do_with_a_contradicted_claim():
    assert do_with(AGAINST).startswith("A plan that needs this claim to hold should allow for the opposite. Plan with")
    assert do_with(NOTHING).startswith("Do not plan on this: the most that the data leave is 0.25 points")


def test_what_to_do_with_an_open_question():
    assert do_with(OPEN).startswith("A plan should survive both ends of the range. Plan with ")


def test_what_to_do_where_sources_disagree_names_no_number():
    told = do_with(FOR, AGAINST)
    assert told.startswith("A plan that rests on this should survive either answer")
    assert not any(letter.isdigit() for letter in told)


def test_what_to_do_with_percentage_points_names_the_break_even():
    points = a_quantity(scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=None)
    # 5 in a hundred is one in 20; 10 in a hundred one in 10, 4 in a hundred one in 25.
    assert do_with((5.0, 4.0, 10.0), quantity=points, design=Design.RANDOMISED) == (
        "Plan with 4 to 10 percentage points; the best guess is 5. One extra for every 20 reached (10 to 25): it pays if "
        "one extra is worth more than 20 times what reaching one costs."
    )
    assert "One extra for every" not in do_with(FOR, design=Design.RANDOMISED)
    # A gap that nobody caused cannot be bought: no break-even without an experiment.
    assert "One extra for every" not in do_with((5.0, 4.0, 10.0), quantity=points)


def test_what_to_do_with_an_untested_claim_is_nothing():
    claim = a_claim()
    assert what_to_do(claim, decide(claim, [])) == ""


def test_an_area_under_a_curve_is_told_as_times_in_a_hundred():
    quantity = a_quantity(
        scale=Scale.AREA_UNDER_CURVE, unit="(area under the curve)", null=0.5, smallest=0.05, size=None
    )
    said = do_with((0.73, 0.7, 0.76), quantity=quantity)
    assert "picks the first 73 times in 100 (70 to 76; a coin: 50)" in said
    assert "Plan with" not in said


def test_nothing_is_said_to_do_over_an_estimate_without_a_vote():
    """First edition: an adjusted estimate whose overlap failed still read "Reckon with"."""
    claim = a_claim()
    estimate = an_estimate(*FOR, frame="exposure")
    failed = CheckResult(
        name="overlap", passed=False, sentence="No.", on_failure=OnFailure.VOIDS, source="Shop A", frame="exposure"
    )
    verdict = decide(claim, [estimate], checks=[failed])
    assert (what_to_do(claim, verdict), what_would_change(claim, verdict)) == ("", "")
