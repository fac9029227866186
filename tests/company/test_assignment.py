"""The first row of a customer in a campaign is the assignment: what happens later may not decide who is compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.company.store import Company
from analysis.core.errors import FrameUnavailable, UserMistake
from analysis.estimators.checks.balance import check_arm_balance, check_sample_ratio
from analysis.estimators.randomised.intention_to_treat import estimate_intention_to_treat
from analysis.frames import Frame
from analysis.frames.builders.catalogue import BUILDERS
from analysis.register.claims import load_register
from analysis.sources.own_tables import company_source
from tests.company.known_truths import reminders

TOML = '[company]\nend_of_observation = "2024-12-31"\n'
CLAIM = load_register()["reactivation-pays"]


def frame_of(company: Callable[..., Company], tables: dict[str, pd.DataFrame], toml: str = TOML) -> Frame:
    files = {f"{name}.csv": table.to_csv(index=False) for name, table in tables.items()}
    return BUILDERS["experiment/winback"].build(company(files, toml))


def without_those_in_two_arms(tables: dict[str, pd.DataFrame]) -> float:
    """Difference of the shares of buyers, in points, if whoever stands in two arms is dropped."""
    campaigns = tables["campaigns"]
    arms = campaigns.groupby("customer_id")["arm"].agg(["nunique", "first"])
    arms = arms[arms["nunique"] == 1]["first"]
    later = tables["transactions"][tables["transactions"]["at"] >= campaigns["at"].min()]
    bought = arms.index.isin(later["customer_id"])
    return float(100 * (bought[arms != "control"].mean() - bought[arms == "control"].mean()))


def test_a_reminder_to_those_who_have_not_bought_is_no_second_arm(company) -> None:
    tables = reminders(seed=3)
    assert without_those_in_two_arms(tables) > 60
    frame = frame_of(company, tables)
    assert len(frame.table) == 2_000
    (found,) = estimate_intention_to_treat(frame, CLAIM, quantity="return_difference")
    assert found.low < 0 < found.high
    assert found.high - found.low < 10


@pytest.mark.slow
@pytest.mark.parametrize("effect", [0.0, 0.1])
def test_the_effect_of_assignment_is_held_in_all_but_one_in_twenty_draws(company, effect: float) -> None:
    """Sixty draws, each a campaign of its own in one company: at 95 % fewer than 52 hold the truth once in 150 times."""
    drawn = [reminders(seed, n=300, effect=effect) for seed in range(60)]
    tables = {
        name: pd.concat([named(one[name], number) for number, one in enumerate(drawn)])
        for name in ("campaigns", "transactions")
    }
    frame = frame_of(company, tables)
    held = 0
    for _, part in frame.table.groupby("stratum"):
        (found,) = estimate_intention_to_treat(
            replace(frame, table=part.drop(columns="stratum")), CLAIM, quantity="return_difference"
        )
        held += found.low <= 100 * effect <= found.high
    assert held >= 52


def named(table: pd.DataFrame, number: int) -> pd.DataFrame:
    """The customers and the campaign of one draw under names of their own."""
    table = table.assign(customer_id=f"d{number}-" + table["customer_id"])
    return table.assign(campaign_id=f"winback-{number}") if "campaign_id" in table else table


def test_purchases_before_the_day_are_what_balance_is_tested_on(company) -> None:
    """At random they are alike; if those who bought most before get the letter, they are not."""
    tables = reminders(seed=1)
    fair = frame_of(company, tables)
    assert {"x_purchases_year_before", "x_spend_year_before", "x_days_since_first_purchase"} <= set(fair.covariates)
    assert check_arm_balance(fair, CLAIM).passed is True
    early = tables["transactions"][tables["transactions"]["at"] < "2023-02-20"]["customer_id"].value_counts()
    first = tables["campaigns"].drop_duplicates("customer_id")
    chosen = first.assign(arm=np.where(early.loc[first["customer_id"]].to_numpy() > 1, "letter", "control"))
    assert check_arm_balance(frame_of(company, {**tables, "campaigns": chosen}), CLAIM).passed is False


def test_a_plan_is_named_in_the_settings(company) -> None:
    tables = reminders(seed=2, planned=0.8)
    quiet = check_sample_ratio(frame_of(company, tables), CLAIM)
    assert quiet.passed is None
    assert "Far from equal (control" in quiet.sentence
    assert "[shares" in quiet.sentence
    for section in ('"winback-1"', "winback"):
        named = TOML + f"[shares.{section}]\nLetter = 0.8\ncontrol = 0.2\n"
        assert check_sample_ratio(frame_of(company, tables, named), CLAIM).passed is True
    wrong = TOML + "[shares.winback]\nletter = 0.5\ncontrol = 0.5\n"
    assert check_sample_ratio(frame_of(company, tables, wrong), CLAIM).passed is False


def test_plans_of_several_campaigns_are_judged_each_by_its_own(company) -> None:
    """Half in one, four in five in the other: together 65 %, which is nobody's plan."""
    one, two = reminders(seed=4, planned=0.5), reminders(seed=5, planned=0.8)
    second = two["campaigns"].assign(campaign_id="winback-2", customer_id="z" + two["campaigns"]["customer_id"])
    tables = {
        "campaigns": pd.concat([one["campaigns"], second]),
        "transactions": pd.concat(
            [one["transactions"], two["transactions"].assign(customer_id="z" + two["transactions"]["customer_id"])]
        ),
    }
    assert check_sample_ratio(frame_of(company, tables), CLAIM).passed is None
    plan = '[shares.winback]\nletter = 0.5\ncontrol = 0.5\n[shares."winback-2"]\nletter = 0.8\ncontrol = 0.2\n'
    assert check_sample_ratio(frame_of(company, tables, TOML + plan), CLAIM).passed is True


def test_a_plan_that_leaves_an_arm_out_is_one_line_of_the_claim(folder) -> None:
    files = {f"{name}.csv": table.to_csv(index=False) for name, table in reminders(seed=6, n=200).items()}
    source = company_source(folder(files, TOML + "[shares.winback]\npostcard = 0.5\ncontrol = 0.5\n"))
    with pytest.raises(FrameUnavailable, match="'winback-1' has 'letter' too"):
        source.frame("experiment/winback")


@pytest.mark.parametrize(
    "lines", ["letter = 0.5\ncontrol = 0.4", "letter = 1.0", "letter = 0\ncontrol = 1", "letter = 50\ncontrol = 50"]
)
def test_shares_add_up_to_one(company, lines: str) -> None:
    with pytest.raises(UserMistake, match=r"\[shares\.winback\]"):
        company({"transactions.csv": "customer_id,at,amount\na,2024-01-01,1\n"}, f"[shares.winback]\n{lines}\n")
