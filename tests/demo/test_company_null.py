"""A company in which nothing has any effect, through the company room: what once found something in it must not again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.demo import SIMULATED_NAME, CompanyScenario, Effects, simulate_company, tables_of
from analysis.sources.base import Source
from analysis.sources.own_tables import company_source
from analysis.verdicts.collecting import collect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*singleton fixed effect"),
]

NOTHING = (
    # Later joiners are known to live until they join: against them a programme that does nothing lost an eighth.
    ("programme-raises-retention", "retention_difference"),
    ("programme-raises-retention", "spend_change"),
    ("programme-raises-retention", "purchase_rate_change"),
    ("subscriptions-retain", "purchase_change"),
    # With the month held equal within a run, members slowed down by a sixth a step towards a threshold.
    ("tiers-accelerate-spend", "pace_per_step"),
    # Over all campaigns together, each further contact was answered more gladly.
    ("generic-messages-tire", "response_per_further_contact"),
    # Against customers who may have stopped buying, a failure made a fifth more customers buy again.
    ("service-failure-drives-churn", "repurchase_difference"),
    ("service-failure-drives-churn", "churn_difference"),
    ("first-contact-resolution-retains", "churn_difference"),
    ("redemption-friction-deters", "redemption_difference"),
    # Years as a customer were held equal, the calendar was not: a gap of ten points.
    ("satisfied-customers-refer", "stayer_referral_gap"),
    # The run-up to enough points, and leaving, bent the weeks that a redemption was compared with.
    ("redemption-lifts-purchases", "purchase_change_after"),
    ("tier-benefits-must-be-meaningful", "jump_difference"),
    # Who chooses long terms stays long: contracts that did nothing seemed to hold.
    ("lock-in-retains", "hazard_ratio_in_contract"),
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    place: Path = tmp_path_factory.mktemp("null")
    scenario = CompanyScenario(n_customers=8_000, effects=Effects.none())
    for name, table in tables_of(simulate_company(scenario, seed=11), seed=11).items():
        day = "%Y-%m-%d %H:%M" if name == "tickets" else "%Y-%m-%d"
        table.to_csv(place / f"{name}.csv", index=False, date_format=day)
    (place / "company.toml").write_text(
        f'[company]\nname = "{SIMULATED_NAME}"\nsimulated = true\nend_of_observation = "{scenario.last_day}"\n'
    )
    return company_source(place)


@pytest.fixture(scope="module")
def estimates_of(source: Source) -> Callable[[str], tuple[Estimate, ...]]:
    """A claim's estimates, made once for all of its quantities."""
    return cache(lambda claim: tuple(collect(claim, [source], seed=1).estimates))


@pytest.mark.parametrize(("claim", "quantity"), NOTHING)
def test_where_nothing_happens_nothing_is_found(
    estimates_of: Callable[[str], tuple[Estimate, ...]], claim: str, quantity: str
) -> None:
    """Within four standard errors of none: about one run in two thousand of all of them together would fail by chance."""
    found = estimates_of(claim)
    (answer,) = (e for e in found if e.quantity == quantity and e.role is Role.ANSWER)
    assert answer.value is not None and answer.low is not None and answer.high is not None
    assert abs(answer.value - answer.null) < 4 * (answer.high - answer.low) / 3.92
