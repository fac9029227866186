"""Gupta, Lehmann & Stuart (2004), "Valuing Customers", Journal of Marketing Research 41(1), 7-18 (GLS).

Second: a second, independent derivation (project evidence file); not itself published.

Inputs are the paper's table 2. What was seen of the paper does not say at which quarter of its diffusion each firm stood
in March 2002. The quarters below are the whole numbers with which the second derivation's values come out to the digit;
its values therefore check nothing further, while its effects, and everything that is published, do.

What reproduces, and how well
- table 5: effect of retention to 2 %, of acquisition cost and margin to .025 (to .01 but for Capital One);
- table 4: values to 7 % (eBay 6, Capital One 7): the rounding of alpha, beta and gamma weighs on them;
- table 6: effect of the discount rate at a given retention, to 1 % for Amazon, Ameritrade and E*Trade, which is what
  its rounding allows, to 2 % for eBay and to 3 % for Capital One, whose future customers weigh most.
What does not, and is not tested as if it did: the discount elasticities of table 5 (ours are .62 of them; the after-tax
factor is .62), and how table 6 varies with retention (ours is steeper).
"""

from dataclasses import replace

import pytest

from analysis.models.constant_retention_value import annuity_value, per_percent_of_churn
from analysis.models.customer_base_value import Diffusion, FirmFigures, gupta_lehmann_stuart_value, improvements

RETENTION_EFFECT = 0.02  # relative; see above
COST_EFFECT = 0.025  # absolute; printed to .01
VALUE = 0.07  # relative; see above
SECOND_VALUE = 0.001  # relative; three or four digits
SECOND_EFFECT = 0.006  # second derivation, two places
DISCOUNT_RATIO = {"Amazon": 0.011, "Ameritrade": 0.011, "E*Trade": 0.011, "eBay": 0.021, "Capital One": 0.032}
"""Relative; see above."""

FIRMS = {
    "Amazon": FirmFigures(
        n_customers=33.8,
        quarterly_margin=3.87,
        acquisition_cost=7.70,
        retention_rate=0.70,
        diffusion=Diffusion(alpha=67.045, beta=-4.114, gamma=0.265),
        quarter=20,
    ),
    "Ameritrade": FirmFigures(
        n_customers=1.877,
        quarterly_margin=50.39,
        acquisition_cost=203.44,
        retention_rate=0.95,
        diffusion=Diffusion(alpha=2.482, beta=-3.345, gamma=0.263),
        quarter=18,
    ),
    "Capital One": FirmFigures(
        n_customers=46.6,
        quarterly_margin=13.71,
        acquisition_cost=75.49,
        retention_rate=0.85,
        diffusion=Diffusion(alpha=171.2, beta=-3.052, gamma=0.149),
        quarter=21,
    ),
    "eBay": FirmFigures(
        n_customers=46.1,
        quarterly_margin=4.31,
        acquisition_cost=11.26,
        retention_rate=0.80,
        diffusion=Diffusion(alpha=81.945, beta=-6.009, gamma=0.317),
        quarter=21,
    ),
    "E*Trade": FirmFigures(
        n_customers=4.11737,
        quarterly_margin=43.02,
        acquisition_cost=391.0,
        retention_rate=0.95,
        diffusion=Diffusion(alpha=4.719, beta=-3.441, gamma=0.365),
        quarter=17,
    ),
}
TABLE_4_VALUE_BN = {"Amazon": 0.82, "Ameritrade": 1.62, "Capital One": 11.00, "eBay": 1.89, "E*Trade": 2.69}
SECOND_VALUE_BN = {"Amazon": 0.853, "Ameritrade": 1.669, "Capital One": 10.24, "eBay": 1.998, "E*Trade": 2.716}
# table 5: retention, acquisition cost, margin, discount rate
TABLE_5 = {
    "Amazon": (2.45, 0.07, 1.07, 0.46),
    "Ameritrade": (6.75, 0.03, 1.03, 1.17),
    "Capital One": (5.12, 0.32, 1.32, 1.11),
    "eBay": (3.42, 0.08, 1.08, 0.63),
    "E*Trade": (6.67, 0.02, 1.02, 1.14),
}
SECOND_EFFECTS = {
    "Amazon": (2.47, 0.08, 1.08),
    "Ameritrade": (6.79, 0.03, 1.03),
    "Capital One": (5.02, 0.30, 1.30),
    "eBay": (3.46, 0.09, 1.09),
    "E*Trade": (6.72, 0.02, 1.02),
}
# table 6: value in $ bn at retention .7, .8, .9 (columns) and discount 8, 12, 16 % (rows)
TABLE_6 = {
    "Amazon": ((0.90, 1.25, 1.97), (0.82, 1.10, 1.62), (0.75, 0.98, 1.38)),
    "Ameritrade": ((0.71, 0.97, 1.52), (0.65, 0.85, 1.25), (0.59, 0.76, 1.06)),
    "Capital One": ((7.33, 10.95, 18.94), (6.21, 8.88, 14.14), (5.35, 7.39, 11.04)),
    "eBay": ((1.56, 2.18, 3.47), (1.39, 1.89, 2.82), (1.29, 1.70, 2.41)),
    "E*Trade": ((1.07, 1.52, 2.46), (0.98, 1.34, 2.03), (0.90, 1.20, 1.73)),
}


@pytest.fixture(scope="session")
def effects():
    """Firm -> % change of value per 1 % improvement."""
    return {name: improvements(firm) for name, firm in FIRMS.items()}


@pytest.mark.parametrize("firm", FIRMS, ids=lambda firm: f"GLS table 4: {firm}")
def test_value_of_all_customers(firm):
    found = gupta_lehmann_stuart_value(FIRMS[firm]) / 1000
    assert found == pytest.approx(TABLE_4_VALUE_BN[firm], rel=VALUE)
    assert found == pytest.approx(SECOND_VALUE_BN[firm], rel=SECOND_VALUE)


@pytest.mark.parametrize("firm", FIRMS, ids=lambda firm: f"GLS table 5, retention: {firm}")
def test_effect_of_retention(effects, firm):
    assert effects[firm].retention_rate == pytest.approx(TABLE_5[firm][0], rel=RETENTION_EFFECT)
    assert effects[firm].retention_rate == pytest.approx(SECOND_EFFECTS[firm][0], abs=SECOND_EFFECT)


@pytest.mark.parametrize("firm", FIRMS, ids=lambda firm: f"GLS table 5, acquisition cost: {firm}")
def test_effect_of_acquisition_cost(effects, firm):
    assert effects[firm].acquisition_cost == pytest.approx(TABLE_5[firm][1], abs=COST_EFFECT)
    assert effects[firm].acquisition_cost == pytest.approx(SECOND_EFFECTS[firm][1], abs=SECOND_EFFECT)


@pytest.mark.parametrize("firm", FIRMS, ids=lambda firm: f"GLS table 5, margin: {firm}")
def test_effect_of_margin(effects, firm):
    assert effects[firm].margin == pytest.approx(TABLE_5[firm][2], abs=COST_EFFECT)
    assert effects[firm].margin == pytest.approx(SECOND_EFFECTS[firm][2], abs=SECOND_EFFECT)


@pytest.mark.parametrize("firm", FIRMS, ids=lambda firm: f"GLS table 5, identity: {firm}")
def test_margin_effect_is_one_plus_cost_effect(effects, firm):
    """Value is homogeneous of degree 1 in margin and cost: it holds in print to the digit, and here exactly."""
    _, cost, margin, _ = TABLE_5[firm]
    assert margin == pytest.approx(1 + cost, abs=1e-9)
    assert effects[firm].margin == pytest.approx(1 + effects[firm].acquisition_cost, abs=1e-9)


@pytest.mark.parametrize("firm", FIRMS, ids=lambda firm: f"GLS table 5, per 1 % of churn: {firm}")
def test_ranking_of_firms_reverses_per_percent_of_churn(effects, firm):
    """Second: the published effects per 1 % cut in *churn* are 1.05, .36, .90, .86 and .35."""
    second = {"Amazon": 1.05, "Ameritrade": 0.36, "Capital One": 0.90, "eBay": 0.86, "E*Trade": 0.35}
    assert per_percent_of_churn(TABLE_5[firm][0], FIRMS[firm].retention_rate) == pytest.approx(second[firm], abs=0.006)


def test_firm_that_gains_most_per_percent_of_retention_gains_least_per_percent_of_churn(effects):
    by_retention = sorted(FIRMS, key=lambda firm: TABLE_5[firm][0])
    by_churn = sorted(FIRMS, key=lambda firm: per_percent_of_churn(TABLE_5[firm][0], FIRMS[firm].retention_rate))
    assert by_retention[0] == by_churn[-1] == "Amazon"
    assert set(by_retention[-2:]) == set(by_churn[:2]) == {"Ameritrade", "E*Trade"}


@pytest.mark.parametrize("column", [0, 1, 2], ids=lambda column: f"retention {(0.7, 0.8, 0.9)[column]}")
@pytest.mark.parametrize("firm", FIRMS, ids=lambda firm: f"GLS table 6, discount: {firm}")
def test_effect_of_the_discount_rate_across_a_column(firm, column):
    """Value at 8 % and at 16 % over value at 12 %, at one retention rate."""
    retention = (0.7, 0.8, 0.9)[column]
    values = [
        gupta_lehmann_stuart_value(replace(FIRMS[firm], retention_rate=retention, discount_rate=rate))
        for rate in (0.08, 0.12, 0.16)
    ]
    published = [row[column] for row in TABLE_6[firm]]
    assert values[0] / values[1] == pytest.approx(published[0] / published[1], rel=DISCOUNT_RATIO[firm])
    assert values[2] / values[1] == pytest.approx(published[2] / published[1], rel=DISCOUNT_RATIO[firm])


@pytest.mark.parametrize(
    ("firm", "row", "column"),
    [
        pytest.param("Amazon", 1, 0, id="GLS tables 4 and 6: Amazon, 12 %, .7"),
        pytest.param("eBay", 1, 1, id="GLS tables 4 and 6: eBay, 12 %, .8"),
    ],
)
def test_tables_agree_where_they_overlap(firm, row, column):
    """A firm's own cell of table 6 is its value in table 4; ours lies within the tolerance of both."""
    assert TABLE_6[firm][row][column] == TABLE_4_VALUE_BN[firm]
    assert gupta_lehmann_stuart_value(FIRMS[firm]) / 1000 == pytest.approx(TABLE_6[firm][row][column], rel=VALUE)


@pytest.mark.parametrize(
    ("firm", "peak"),
    [
        pytest.param("Ameritrade", 12.72, id="GLS table 2, peak: Ameritrade"),
        pytest.param("Capital One", 20.48, id="GLS table 2, peak: Capital One"),
        pytest.param("eBay", 18.96, id="GLS table 2, peak: eBay"),
        pytest.param("E*Trade", 9.43, id="GLS table 2, peak: E*Trade"),
    ],
)
def test_peak_of_acquisition(firm, peak):
    assert FIRMS[firm].diffusion.peak == pytest.approx(peak, abs=0.006)


def test_amazons_printed_peak_does_not_follow_from_its_printed_curve():
    """GLS table 2 prints a peak at 15.64 for Amazon; its beta and gamma give 15.52. One of the three is misprinted.

    No gamma that rounds to .265 and no beta that rounds to -4.114 reaches 15.64; gamma .263 would.
    """
    assert FIRMS["Amazon"].diffusion.peak == pytest.approx(15.52, abs=0.006)
    assert 4.1145 / 0.2645 < 15.64 - 0.06
    assert pytest.approx(15.64, abs=0.006) == 4.114 / 0.263


def test_annuity_instead_of_expected_margins_overstates():
    """GLS footnote 2: margin $100, retention .8, discount 12 % is worth $250, as five sure years $360, 44 % more."""
    value = annuity_value(100, 0.8, 0.12)
    mistaken = sum(100 / 1.12**year for year in range(1, 6))  # 1 / (1 - .8) years, as if they were certain
    assert value == pytest.approx(250, abs=0.5)
    assert mistaken == pytest.approx(360, abs=0.5)
    assert 100 * (mistaken / value - 1) == pytest.approx(44, abs=0.5)
