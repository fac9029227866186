"""The ten tables of a simulated company fit together, whatever the effects are."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from scipy.stats import chisquare

from analysis.company.schemas import TABLES, TableColumn, TableSpec
from analysis.company.schemas import table as company_table
from analysis.core.errors import ParameterMistake
from analysis.demo import CompanyScenario, Effects, Run, simulate_company, tables_of
from analysis.demo.campaign_plan import campaigns_of
from analysis.demo.tables import buys_of, spells_of

DTYPES = {"number": float, "whole": float, "day": "datetime64[ns]", "moment": "datetime64[ns]", "flag": "boolean"}


def schema_of(spec: TableSpec) -> pa.DataFrameSchema:
    """A company table as a pandera schema for a pandas table whose values are read already."""

    def column_of(column: TableColumn) -> pa.Column:
        checks = [pa.Check.ge(column.low)] if column.low is not None else []
        checks += [pa.Check.le(column.high)] if column.high is not None else []
        checks += [pa.Check.isin(list(column.among))] if column.among else []
        checks += [pa.Check(lambda values: values % 1 == 0)] if column.kind == "whole" else []
        kind = DTYPES.get(column.kind, str)
        return pa.Column(kind, checks, nullable=not column.required, required=column.required, coerce=True)

    return pa.DataFrameSchema({name: column_of(column) for name, column in spec.columns.items()})


SCENARIO = CompanyScenario(n_customers=5_000, years=4)


@pytest.fixture(scope="module")
def run() -> Run:
    return simulate_company(SCENARIO, seed=3)


@pytest.fixture(scope="module")
def tables(run: Run) -> dict[str, pd.DataFrame]:
    return tables_of(run, seed=3)


def test_all_ten_tables_keep_the_rules_of_the_company_room(tables: Mapping[str, pd.DataFrame]) -> None:
    assert set(tables) == set(TABLES)
    for name, table in tables.items():
        spec = company_table(name)
        assert len(table) > 50
        schema_of(spec).validate(table)
        assert set(spec.required) <= set(table.columns) <= set(spec.columns)
        if spec.key and set(spec.key) <= set(table.columns):
            assert not table.duplicated(list(spec.key)).any(), name


def test_every_row_belongs_to_a_customer_and_lies_in_the_observation(tables: Mapping[str, pd.DataFrame]) -> None:
    known = set(tables["customers"]["customer_id"])
    first, last = pd.Timestamp(SCENARIO.first_day), pd.Timestamp(SCENARIO.last_day) + pd.Timedelta(hours=24)
    for name in ("transactions", "subscriptions", "memberships", "points", "tickets", "surveys"):
        table = tables[name]
        assert set(table["customer_id"]) <= known, name
        assert table[TABLES[name].starts].between(first, last).all(), name
    strangers = ~tables["campaigns"]["customer_id"].isin(known)
    assert set(tables["campaigns"].loc[strangers, "family"]) == {"offer"}


def test_a_customer_buys_on_the_day_of_joining_and_only_while_he_is_one(run: Run) -> None:
    spells, buys = spells_of(run), buys_of(run)
    first = buys.groupby("who")["day"].min()
    assert (first.to_numpy() == run.people.joined[first.index]).all()
    assert len(first) == SCENARIO.n_customers
    inside = buys.merge(spells, on="who")
    inside = inside[(inside["day"] >= inside["start"]) & ((inside["end"] < 0) | (inside["day"] < inside["end"]))]
    assert len(inside) == len(buys)  # each purchase in exactly one time as a customer
    assert (buys["amount"] > 0).all()


def test_subscriptions_are_chains_without_gap_or_overlap(run: Run, tables: Mapping[str, pd.DataFrame]) -> None:
    rows = tables["subscriptions"].sort_values(["customer_id", "started_at"])
    ended = rows["ended_at"].fillna(pd.Timestamp.max.normalize())
    assert (ended > rows["started_at"]).all()
    following = rows["customer_id"] == rows["customer_id"].shift(-1)
    starts_next = rows["started_at"].shift(-1)
    assert (ended[following] <= starts_next[following]).all()
    renewed = rows["end_reason"] == "renewed"
    assert (ended[renewed] == starts_next[renewed]).all() and following[renewed].all()
    assert (rows["ended_at"].isna() == rows["end_reason"].isna()).all()
    subscribed = {f"c{i:06d}" for i in np.flatnonzero(run.people.subscribed)}
    assert set(rows["customer_id"]) == subscribed


def test_tiers_follow_from_what_was_spent_since_the_last_decision(tables: Mapping[str, pd.DataFrame]) -> None:
    rows = tables["memberships"]
    rows = rows[rows["tier"] != "subscription"].sort_values(["customer_id", "from_at"])
    before = rows.groupby("customer_id")["from_at"].shift(1)
    decided = rows[before.notna()].assign(since=before)
    assert decided["qualifying_amount"].notna().all() and rows.loc[before.isna(), "qualifying_amount"].isna().all()
    spent = decided.merge(tables["transactions"], on="customer_id")
    # The purchase at which a member joined was made before the counting began.
    joined = spent["since"] == spent.groupby("customer_id")["since"].transform("min")
    counts = (spent["at"] > spent["since"]) | (~joined & (spent["at"] == spent["since"]))
    spent = spent[counts & (spent["at"] < spent["from_at"])]
    total = spent.groupby(["customer_id", "from_at"])["amount"].sum()
    found = decided.set_index(["customer_id", "from_at"])
    assert np.allclose(found["qualifying_amount"], total.reindex(found.index, fill_value=0.0), atol=0.01)
    for tier, above in zip(SCENARIO.tiers, (*SCENARIO.tiers[1:], None), strict=True):
        mine = found[found["tier"] == tier.name]
        assert (mine["qualifying_amount"] >= tier.threshold).all()
        assert above is None or (mine["qualifying_amount"] < above.threshold).all()
    ended = rows["to_at"].fillna(pd.Timestamp.max.normalize())
    assert (ended > rows["from_at"]).all()
    following = rows["customer_id"] == rows["customer_id"].shift(-1)
    assert (ended[following] <= rows["from_at"].shift(-1)[following]).all()


def test_points_are_earned_by_purchases_and_never_below_nothing(tables: Mapping[str, pd.DataFrame]) -> None:
    points = tables["points"].assign(order=lambda t: t["kind"].map({"expire": 2, "redeem": 0, "earn": 1}))
    earned = points[points["kind"] == "earn"].merge(tables["transactions"], on=["customer_id", "at"], how="left")
    assert (earned["points"] == np.floor(earned["amount"])).all()
    running = points.sort_values(["customer_id", "at", "order"]).groupby("customer_id")["points"].cumsum()
    assert running.min() >= 0
    members = tables["memberships"].query("tier != 'subscription'").groupby("customer_id")["from_at"].min()
    assert (points["at"] >= points["customer_id"].map(members)).all()


def test_referrers_were_there_and_newcomers_came_that_day(run: Run, tables: Mapping[str, pd.DataFrame]) -> None:
    rows = tables["referrals"].merge(tables["customers"], left_on="referred_id", right_on="customer_id")
    assert (rows["at"] == rows["joined_at"]).all() and (rows["referred_by"] == rows["referrer_id"]).all()
    assert (rows["channel"] == "referral").all()
    assert tables["customers"]["referred_by"].notna().sum() == len(rows)
    joined = tables["customers"].set_index("customer_id")["joined_at"]
    assert (rows["referrer_id"].map(joined) < rows["at"]).all()


def test_lots_are_fair_and_untouched_by_what_is_known_before(run: Run, tables: Mapping[str, pd.DataFrame]) -> None:
    rows = tables["campaigns"].drop_duplicates(["campaign_id", "customer_id"])
    assert not tables["campaigns"].groupby(["campaign_id", "customer_id"])["arm"].nunique().gt(1).any()
    for campaign in campaigns_of(SCENARIO):
        mine = rows[rows["campaign_id"] == campaign.name]
        sizes = mine["arm"].value_counts()
        if len(campaign.arms) > 1:
            assert chisquare(sizes).pvalue > 1e-4, campaign.name
            risks = [mine.loc[mine["arm"] == arm, "at_risk_score"] for arm in campaign.arms]
            error = np.sqrt(sum(r.var() / len(r) for r in (risks[0], risks[-1])))
            assert abs(risks[0].mean() - risks[-1].mean()) < 4.5 * error, campaign.name


def test_spells_of_a_customer_do_not_overlap_and_begin_with_joining(run: Run) -> None:
    spells = spells_of(run)
    assert (spells.groupby("who")["start"].min().to_numpy() == run.people.joined).all()
    again = spells["who"] == spells["who"].shift(-1)
    assert (spells["end"][again] < spells["start"].shift(-1)[again]).all() and (spells["end"][again] >= 0).all()


def test_equal_seeds_give_equal_companies_and_other_seeds_others(tables: Mapping[str, pd.DataFrame]) -> None:
    same = tables_of(simulate_company(SCENARIO, seed=3), seed=3)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, same[name])
    other = tables_of(simulate_company(replace(SCENARIO, n_customers=500), seed=4), seed=4)
    assert not other["transactions"]["amount"].head(100).equals(tables["transactions"]["amount"].head(100))


def test_two_scenarios_of_one_seed_share_their_luck_until_the_effect(run: Run) -> None:
    """Without the effect of game and matched messages nothing changes before the first message."""
    other = simulate_company(SCENARIO.without("matched_rate_ratio"), seed=3)
    start = 7 * min(c.week for c in campaigns_of(SCENARIO) if c.family == "message")
    here, there = buys_of(run), buys_of(other)
    pd.testing.assert_frame_equal(
        here[here["day"] < start].reset_index(drop=True), there[there["day"] < start].reset_index(drop=True)
    )
    assert len(there) < len(here)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_customers": 100}, "`n_customers`"),
        ({"years": 1}, "`years`"),
        ({"effects": Effects(tier_rate_ratios=(1.0, 1.1))}, "`tier_rate_ratios`"),
    ],
)
def test_a_company_that_cannot_be_is_refused(parameters: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterMistake, match=message):
        CompanyScenario(**parameters)  # type: ignore[arg-type]


def test_effects_that_cannot_be_are_refused() -> None:
    with pytest.raises(ParameterMistake, match="`lock_in_hazard_ratio`"):
        Effects(lock_in_hazard_ratio=0.0)
    with pytest.raises(ParameterMistake, match="`names`"):
        Effects().without("magic")
    with pytest.raises(ParameterMistake, match="`recovery_share`"):
        Effects(recovery_share=1.5)


@pytest.mark.slow
def test_a_hundred_thousand_customers_over_three_years_in_seconds() -> None:
    began = time.process_time()
    tables = tables_of(simulate_company(CompanyScenario(n_customers=100_000, years=3), seed=1), seed=1)
    assert len(tables["customers"]) == 100_000
    assert len(tables["transactions"]) > 500_000
    assert time.process_time() - began < 30  # of one core; 9 on the machine it was written on
