"""What "5 % better retention" can mean, and where the next euro of marketing should go.

Second   The project's evidence file, section B: value r / (1 + d - r) at d = 10 %, worked out independently there from
         the formula in print; and the profit-by-tenure of US credit cards (Sun-Sentinel, 11 July 1994, adjusted
         figures of Reichheld & Sasser 1990). Not itself published.
GL03     Gupta & Lehmann (2003), Journal of Interactive Marketing 17(1), 9-24, as quoted in a public unit test.
BD96     Blattberg & Deighton (1996), Harvard Business Review 74(4), 136-144: the model; the worked case is that of a
         public unit test, whose author chose the inputs.
"""

import pytest

from analysis.models.acquisition_retention_budget import best_budget, curve_through
from analysis.models.constant_retention_value import (
    annuity_value,
    profit_stream_value,
    readings_of_five_percent,
    retention_elasticity,
)

PRINTED_1 = 0.051  # printed to one place
WHOLE = 0.51  # printed as a whole number
DOLLAR = 0.006  # printed to two places
SECOND_3 = 6e-4  # second derivation, three places

FIVE_PERCENT = {  # base retention: +5 points, x 1.05, churn x .95; % change of value at d = 10 %
    0.70: (22.4, 15.1, 6.1),
    0.80: (27.5, 21.2, 4.7),
    0.85: (32.4, 26.5, 4.0),
    0.90: (40.7, 35.5, 3.1),
}


@pytest.mark.parametrize("reading", ["points", "relative", "churn"])
@pytest.mark.parametrize("rate", FIVE_PERCENT, ids=lambda rate: f"Second B: base {rate}")
def test_readings_of_five_percent(rate, reading):
    second = dict(zip(("points", "relative", "churn"), FIVE_PERCENT[rate], strict=True))[reading]
    assert getattr(readings_of_five_percent(rate, 0.1), reading) == pytest.approx(second, abs=PRINTED_1)


CARD_PROFITS = (30, 42, 44, 50, 56)  # $ in years 1 to 5; flat from then on


@pytest.mark.parametrize(
    ("churn", "discount", "second", "tolerance"),
    [
        pytest.param(0.05, 0.0, 114, WHOLE, id="Second B: defection 10 to 5 %, d = 0"),
        pytest.param(0.05, 0.10, 52, WHOLE, id="Second B: defection 10 to 5 %, d = 10 %"),
        pytest.param(0.05, 0.15, 44, WHOLE, id="Second B: defection 10 to 5 %, d = 15 %"),
        pytest.param(0.095, 0.0, 6.4, PRINTED_1, id="Second B: defection 10 to 9.5 %, d = 0"),
        pytest.param(0.095, 0.10, 4.0, PRINTED_1, id="Second B: defection 10 to 9.5 %, d = 10 %"),
        pytest.param(0.095, 0.15, 3.6, PRINTED_1, id="Second B: defection 10 to 9.5 %, d = 15 %"),
    ],
)
def test_credit_card_profits_by_tenure(churn, discount, second, tolerance):
    base = profit_stream_value(60, CARD_PROFITS, 0.10, discount)
    changed = profit_stream_value(60, CARD_PROFITS, churn, discount)
    assert 100 * (changed / base - 1) == pytest.approx(second, abs=tolerance)


def test_margin_multiple_and_elasticity():
    """GL03: margin 80, retention .84, discount 12 % is worth 240 (three margins), and the elasticity is 4."""
    assert annuity_value(80, 0.84, 0.12) == pytest.approx(240, abs=1e-9)
    assert retention_elasticity(0.84, 0.12) == pytest.approx(4, abs=1e-9)


@pytest.fixture(scope="module")
def budget():
    """A = 5 gives .20 of at most .40; R = 8 gives .40 of at most .70; margin 50, discount 12 %."""
    return best_budget(curve_through(5, 0.20, 0.40), curve_through(8, 0.40, 0.70), margin=50, discount_rate=0.12)


@pytest.mark.parametrize(
    ("field", "quoted", "second"),
    [
        pytest.param("acquisition_spend", 10.08, 10.078, id="BD96, public test: A*"),
        pytest.param("retention_spend", 15.93, 15.933, id="BD96, public test: R*"),
        pytest.param("value", 11.88, 11.876, id="BD96, public test: value"),
    ],
)
def test_best_budget(budget, field, quoted, second):
    assert getattr(budget, field) == pytest.approx(quoted, abs=DOLLAR)
    assert getattr(budget, field) == pytest.approx(second, abs=SECOND_3)


def test_marginal_costs_are_equal_at_the_optimum_and_average_costs_are_not(budget):
    """Second: both marginal costs $72.92; average $33.47 per customer won, $27.93 per customer retained, ratio 1.20."""
    assert budget.marginal_acquisition_cost == pytest.approx(72.92, abs=DOLLAR)
    assert budget.marginal_retention_cost == pytest.approx(72.92, abs=DOLLAR)
    assert budget.average_acquisition_cost == pytest.approx(33.47, abs=DOLLAR)
    assert budget.average_retention_cost == pytest.approx(27.93, abs=DOLLAR)
    assert budget.average_cost_ratio == pytest.approx(1.20, abs=DOLLAR)
