"""The formula that `check` prints, held against simulation; and scenarios with nothing in them, which must stay silent."""

import pytest

from analysis.calibration.power import false_alarms, power_at, smallest_effect
from analysis.calibration.precision import smallest_detectable
from analysis.calibration.scenarios import scenario_named
from analysis.calibration.trials import draw_seed
from analysis.estimators.randomised.intention_to_treat import estimate_intention_to_treat
from analysis.register.claims import load_register

DRAWS = 300


def formula(name):
    """The smallest effect from one data set, as a company would see it."""
    scenario = scenario_named(name)
    claim = load_register()[scenario.claim]
    frame = scenario.draw(claim.quantity(scenario.quantity).null, scenario.n, draw_seed(9, name, "one", 0))
    (estimate,) = estimate_intention_to_treat(frame, claim, quantity=scenario.quantity)
    return scenario, smallest_detectable(estimate)


@pytest.mark.parametrize("name", ["spend_gain", "return_after_letter", "spend_with_zeros"])
def test_the_formula_of_one_data_set_finds_four_effects_of_five(name):
    scenario, reach = formula(name)
    found = power_at(scenario, reach, draws=DRAWS)
    # 80 % by design; one data set knows its own error to some per cent, which moves power by a few points.
    assert found.low - 0.05 < 0.80 < found.high + 0.05


def test_half_of_that_effect_is_mostly_missed():
    # 1.4 standard errors: P(z > 1.96 - 1.40) = 0.29.
    scenario, reach = formula("spend_gain")
    found = power_at(scenario, reach / 2, draws=DRAWS)
    assert found.low - 0.03 < 0.288 < found.high + 0.03


def test_simulated_widths_give_the_same_effect_as_the_formula():
    scenario, reach = formula("spend_gain")
    assert smallest_effect(scenario, draws=60) == pytest.approx(reach, rel=0.1)


def test_four_times_the_customers_halve_the_effect():
    scenario = scenario_named("spend_gain")
    small, large = (smallest_effect(scenario, n=n, draws=40) for n in (1_000, 4_000))
    assert small / large == pytest.approx(2.0, rel=0.05)


def test_a_scenario_with_nothing_in_it_raises_the_stated_number_of_alarms():
    found = false_alarms(scenario_named("spend_gain"), draws=DRAWS)
    assert found.low < 0.05 < found.high


def test_the_claimed_side_is_below_where_the_claim_says_less():
    # churn_difference is claimed below nought: so is the effect that would be found.
    assert smallest_effect(scenario_named("churn_after_call"), draws=30) < 0
    assert 0 < smallest_effect(scenario_named("survey_answered_by_the_loyal"), draws=30) < 1
