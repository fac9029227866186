"""Each departure from the clean company does what it says, and is off by default."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import ParameterMistake
from analysis.demo import CompanyScenario, Departures, Effects, Run, simulate_company, tables_of
from analysis.demo.counterfactuals import treated
from analysis.demo.tables import buys_of, spells_of

SCENARIO = CompanyScenario(n_customers=3_000, years=4, effects=Effects.none())


def _run(**departures: object) -> Run:
    return simulate_company(replace(SCENARIO, departures=Departures(**departures)), seed=1)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def clean() -> Run:
    return simulate_company(SCENARIO, seed=1)


def test_heavy_tails_put_the_money_into_few_purchases(clean: Run) -> None:
    def top(run: Run) -> float:
        amounts = np.sort(buys_of(run)["amount"])[::-1]
        return float(amounts[: len(amounts) // 1_000].sum() / amounts.sum())

    assert top(clean) < 0.02 < 0.05 < top(_run(heavy_tails=1.3))


def test_seasonality_peaks_in_december(clean: Run) -> None:
    def winter_over_summer(run: Run) -> float:
        month = pd.to_datetime(tables_of(run, seed=1)["transactions"]["at"]).dt.month
        return float(month.isin((11, 12)).sum() / month.isin((5, 6)).sum())

    # (1 + 0.5) / (1 - 0.5) at the peaks is 3; two months on either side dilute it, and newcomers know no season.
    assert winter_over_summer(clean) < 1.4
    assert winter_over_summer(_run(seasonality=0.5)) > 1.6 * winter_over_summer(clean)


def test_buying_and_dying_go_together_as_asked(clean: Run) -> None:
    people = _run(buying_dying_correlation=-0.7).people
    assert np.corrcoef(people.log_rate, people.log_hazard)[0, 1] == pytest.approx(-0.7, abs=0.06)
    assert abs(np.corrcoef(clean.people.log_rate, clean.people.log_hazard)[0, 1]) < 0.08


def test_a_recession_takes_a_quarter_of_purchases_and_brings_losses(clean: Run) -> None:
    middle = 7 * (SCENARIO.n_weeks // 2)

    def around(run: Run) -> tuple[int, int]:
        ends = spells_of(run)["end"]
        return int(buys_of(run)["day"].between(middle, middle + 90).sum()), int(ends.between(middle, middle + 90).sum())

    bought, lost = around(clean)
    fewer, more = around(_run(recession=1.0))
    assert fewer < 0.75 * bought
    assert more > 1.5 * lost


def test_tickets_of_the_dissatisfied_are_missing(clean: Run) -> None:
    def mood(run: Run) -> tuple[int, float]:
        t = run.log.table("tickets", ("who", "kind"))
        failures = t[t["kind"] < 2]["who"].astype(int)
        return len(t), float(run.state.satisfaction[failures].mean())

    (n, content), (fewer, happier) = mood(clean), mood(_run(missing_tickets=1.0))
    assert fewer < n
    assert happier > content + 0.2


def test_an_effect_spills_over_to_those_whom_the_treated_referred() -> None:
    effects = Effects.none(winback_return_ratio=1.0, ease_hazard_ratio=0.05)
    base = replace(SCENARIO, n_customers=6_000, share_referred=0.8, effects=effects)

    def lost_among_friends(spill: float) -> int:
        run = simulate_company(replace(base, departures=Departures(spill_over=spill)), seed=1)
        who, day = treated(run, "ease")
        mark = np.zeros(base.n_customers + 1, dtype=bool)
        mark[who] = True
        own = np.zeros(base.n_customers, dtype=bool)
        own[who] = True
        friends = mark[run.state.referrer] & ~own & (run.people.joined < day[0])
        spells = spells_of(run)
        inside = spells["end"].between(day[0], day[0] + 364) & friends[spells["who"]]
        return int(inside.sum())

    assert lost_among_friends(1.0) < 0.6 * lost_among_friends(0.0)


def test_chosen_controls_are_the_safer_ones(clean: Run) -> None:
    def gap(run: Run) -> float:
        rows = tables_of(run, seed=1)["campaigns"].query("campaign_id == 'proactive-2'")
        risk = rows.groupby("arm")["at_risk_score"].mean()
        return float(risk["contacted"] - risk["control"])

    assert abs(gap(clean)) < 0.25
    assert gap(_run(chosen_controls=True)) > 1.2


def test_hidden_severity_is_not_in_the_tables_but_in_the_scenario() -> None:
    run = _run(hidden_severity=True)
    assert "severity" not in tables_of(run, seed=1)["tickets"]
    assert "severity" in run.log.table("tickets", ("severity",))


def test_prices_follow_what_makes_customers_leave() -> None:
    people = _run(price_by_risk=0.05).people
    assert np.corrcoef(people.price_steps[1], people.log_hazard)[0, 1] > 0.2


def test_loyal_customers_sign_contracts() -> None:
    people = _run(self_selected_term=-1.0).people
    bound = people.term > 0
    assert people.log_hazard[bound].mean() - people.log_hazard[~bound].mean() == pytest.approx(-1.0, abs=0.1)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"heavy_tails": 1.0}, "heavy_tails"),
        ({"buying_dying_correlation": 1.5}, "buying_dying_correlation"),
        ({"seasonality": 1.0}, "seasonality"),
        ({"recession": -0.1}, "recession"),
        ({"missing_tickets": 2.0}, "missing_tickets"),
        ({"spill_over": -1.0}, "spill_over"),
    ],
)
def test_a_departure_that_cannot_be_is_refused(given: dict[str, float], name: str) -> None:
    with pytest.raises(ParameterMistake, match=f"`{name}`"):
        Departures(**given)  # type: ignore[arg-type]
