"""The formula that `check` prints, held against simulation; and worlds with nothing in them, which must stay silent."""

import pytest

from analysis.calibration.power import false_alarms, power_at, smallest_effect
from analysis.calibration.trials import draw_seed
from analysis.claims import load_register
from analysis.estimators.experiment import estimate_effect
from analysis.precision import smallest_detectable
from analysis.simulate.worlds import world_named

DRAWS = 300


def formula(name):
    """The smallest effect from one data set, as a company would see it."""
    world = world_named(name)
    claim = load_register()[world.claim]
    frame = world.draw(claim.quantity(world.quantity).null, world.n, draw_seed(9, name, "one", 0))
    (estimate,) = estimate_effect(frame, claim, quantity=world.quantity)
    return world, smallest_detectable(estimate)


@pytest.mark.parametrize("name", ["spend_gain", "return_after_letter", "spend_with_zeros"])
def test_the_formula_of_one_data_set_finds_four_effects_of_five(name):
    world, reach = formula(name)
    found = power_at(world, reach, draws=DRAWS)
    # 80 % by design; one data set knows its own error to some per cent, which moves power by a few points.
    assert found.low - 0.05 < 0.80 < found.high + 0.05


def test_half_of_that_effect_is_mostly_missed():
    # 1.4 standard errors: P(z > 1.96 - 1.40) = 0.29.
    world, reach = formula("spend_gain")
    found = power_at(world, reach / 2, draws=DRAWS)
    assert found.low - 0.03 < 0.288 < found.high + 0.03


def test_simulated_widths_give_the_same_effect_as_the_formula():
    world, reach = formula("spend_gain")
    assert smallest_effect(world, draws=60) == pytest.approx(reach, rel=0.1)


def test_four_times_the_customers_halve_the_effect():
    world = world_named("spend_gain")
    small, large = (smallest_effect(world, n=n, draws=40) for n in (1_000, 4_000))
    assert small / large == pytest.approx(2.0, rel=0.05)


def test_a_world_with_nothing_in_it_raises_the_stated_number_of_alarms():
    found = false_alarms(world_named("spend_gain"), draws=DRAWS)
    assert found.low < 0.05 < found.high


def test_the_claimed_side_is_below_where_the_claim_says_less():
    # churn_difference is claimed below nought: so is the effect that would be found.
    assert smallest_effect(world_named("churn_after_call"), draws=30) < 0
    assert 0 < smallest_effect(world_named("survey_answered_by_the_loyal"), draws=30) < 1
