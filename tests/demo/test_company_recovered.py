"""A company whose effects are known, through tables, builders and estimators: the answers hold the truth.

The truth of each is counterfactual: the same customers, seed and luck without the effect (`counterfactual_truths`). Members
seldom redeem here. Where one purchase in five with enough points is redeemed at, effects overlap and those compared redeem
within the four weeks themselves: the answer, what redeeming now does over redeeming later or never, is then about a sixth
smaller (35 against 42 %) than what all redemptions together do, which is the counterfactual.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.demo import SIMULATED_NAME, CompanyScenario, Effects, simulate_company, tables_of
from analysis.demo.departures import Departures
from analysis.demo.truths import Truth, counterfactual_truths
from analysis.sources.base import Source
from analysis.sources.own_tables import company_source
from analysis.verdicts.collecting import collect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),  # Ibis calls it, not we
    pytest.mark.filterwarnings("ignore:.*singleton fixed effect"),
]

SEED = 5
SCENARIO = CompanyScenario(
    n_customers=8_000,
    effects=Effects.none(redemption_rate_ratio=1.5, programme_rate_ratio=1.3, restriction_ratio=0.5),
    departures=Departures(redeem_chance=0.06),
)
ANSWERS = (
    ("redemption-lifts-purchases", "purchase_change_after"),
    ("redemption-friction-deters", "redemption_difference"),
    ("programme-raises-retention", "retention_difference"),
    ("programme-raises-retention", "purchase_rate_change"),
    ("programme-raises-retention", "spend_change"),
)
QUICK_IS_OFF = (
    ("programme-raises-retention", "retention_difference"),
    ("programme-raises-retention", "purchase_rate_change"),
)
"""Where heavy buyers, who join first, flatter the programme visibly."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    place: Path = tmp_path_factory.mktemp("known")
    for name, table in tables_of(simulate_company(SCENARIO, seed=SEED), seed=SEED).items():
        day = "%Y-%m-%d %H:%M" if name == "tickets" else "%Y-%m-%d"
        table.to_csv(place / f"{name}.csv", index=False, date_format=day)
    (place / "company.toml").write_text(
        f'[company]\nname = "{SIMULATED_NAME}"\nsimulated = true\nend_of_observation = "{SCENARIO.last_day}"\n'
    )
    return company_source(place)


@pytest.fixture(scope="module")
def truths() -> dict[tuple[str, str], Truth]:
    claims = tuple({claim for claim, _ in ANSWERS})
    return {(t.claim, t.quantity): t for t in counterfactual_truths(SCENARIO, seed=SEED, claims=claims)}


@pytest.fixture(scope="module")
def estimates(source: Source) -> list[Estimate]:
    """Of every claim asked about, once."""
    claims = dict.fromkeys(claim for claim, _ in ANSWERS)
    return [e for claim in claims for e in collect(claim, [source], seed=1).estimates]


def found_of(estimates: list[Estimate], claim: str, quantity: str, role: Role) -> Estimate | None:
    return next(
        (e for e in estimates if (e.claim, e.quantity, e.role) == (claim, quantity, role) and e.quantified), None
    )


@pytest.mark.parametrize(("claim", "quantity"), ANSWERS)
def test_the_truth_of_a_known_company_is_recovered(
    estimates: list[Estimate], truths: dict[tuple[str, str], Truth], claim: str, quantity: str
) -> None:
    """Within three standard errors, the truth's own included: of two answers one in two hundred would fail by chance."""
    truth, answer = truths[claim, quantity], found_of(estimates, claim, quantity, Role.ANSWER)
    assert answer is not None and answer.value is not None and answer.low is not None and answer.high is not None
    error = ((answer.high - answer.low) / 3.92) ** 2 + truth.error**2
    assert abs(answer.value - truth.value) < 3 * error**0.5, (answer.value, answer.low, answer.high, truth.value)


@pytest.mark.parametrize(("claim", "quantity"), QUICK_IS_OFF)
def test_the_quick_number_is_too_high_and_the_answer_nearer(
    estimates: list[Estimate], truths: dict[tuple[str, str], Truth], claim: str, quantity: str
) -> None:
    truth = truths[claim, quantity].value
    quick, answer = (found_of(estimates, claim, quantity, role) for role in (Role.NAIVE, Role.ANSWER))
    assert quick is not None and answer is not None and quick.value is not None and answer.value is not None
    assert truth < quick.value and abs(answer.value - truth) < abs(quick.value - truth)
