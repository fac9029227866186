"""Scores from histories: lifetimes' own forecasts and a rank test of scipy as second derivations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind, Role
from analysis.core.wording import number
from analysis.estimators.prediction.forecast_discrimination import (
    churn_scores,
    estimate_forecast_discrimination,
    longest_silence,
)
from analysis.frames import Context, spec
from analysis.register.claims import load_register

CLAIM = load_register()["churn-is-predictable"]
CONTEXT = Context(source="Shop A", kind=Kind.PUBLIC, design=Design.OBSERVATIONAL, population="buyers", period="then")


@pytest.fixture(scope="module")
def holdout():
    """Fifteen hundred invented customers, 39 weeks of history and 26 of holdout, leaving at rates of their own."""
    rng = np.random.default_rng(1)
    rows = []
    for lam, mu in zip(rng.gamma(0.8, 1 / 8, 1_500), rng.gamma(0.8, 1 / 25, 1_500), strict=True):
        life = rng.exponential(1 / mu)
        times = np.cumsum(rng.exponential(1 / lam, 200))
        times = times[times <= min(life, 65.0)]
        before, after = times[times <= 39], times[times > 39]
        rows.append((len(before), before[-1] if len(before) else 0.0, 39.0, len(after), 26.0))
    names = ["frequency", "recency_weeks", "T_weeks", "holdout_frequency", "holdout_weeks"]
    table = pd.DataFrame(rows, columns=names).assign(n_customers=1)
    return spec("customer_holdout").check(table, CONTEXT)


def test_score_is_lifetimes_forecast_and_rival_is_silence(holdout):
    from lifetimes import BetaGeoFitter

    table = holdout.table
    columns = [table[name] for name in ("frequency", "recency_weeks", "T_weeks")]
    theirs = BetaGeoFitter().fit(*columns)
    expected = theirs.conditional_expected_number_of_purchases_up_to_time(26.0, *columns)
    found = churn_scores(holdout).table
    assert (-found["score"]).to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-3)
    assert found["rival_score"].to_numpy() == pytest.approx((table["T_weeks"] - table["recency_weeks"]).to_numpy())
    assert found["outcome"].tolist() == (table["holdout_frequency"] == 0).astype(int).tolist()


def test_area_is_that_of_a_rank_test(holdout):
    answer, rule = estimate_forecast_discrimination(holdout, CLAIM, quantity="auc", alive_within=np.inf)
    scores = churn_scores(holdout).table
    gone, there = scores[scores["outcome"] == 1], scores[scores["outcome"] == 0]
    for estimate, column in ((answer, "score"), (rule, "rival_score")):
        u = mannwhitneyu(gone[column], there[column]).statistic
        assert estimate.value == pytest.approx(u / (len(gone) * len(there)))
    assert (answer.role, rule.role) == (Role.ANSWER, Role.CONTEXT)


def test_gain_is_over_the_plain_rule(holdout):
    (gain,) = estimate_forecast_discrimination(holdout, CLAIM, quantity="auc_gain_over_recency")
    area, rule, _ = estimate_forecast_discrimination(holdout, CLAIM, quantity="auc")
    assert gain.value == pytest.approx(area.value - rule.value)


def test_customers_of_one_row_are_told_apart(holdout):
    doubled = holdout.table.head(50).assign(n_customers=2)
    frame = spec("customer_holdout").check(doubled, CONTEXT)
    found = churn_scores(frame).table
    assert len(found) == 100 and found["unit_id"].is_unique
    assert (found["score"].to_numpy()[::2] == found["score"].to_numpy()[1::2]).all()


def test_regular_occasions_are_scored_by_their_own_model():
    rows = [  # frequency, recency, n_opportunities, holdout_frequency, n_holdout, n_customers
        (0, 0, 6, 0, 5, 300), (0, 0, 6, 1, 5, 20), (1, 1, 6, 0, 5, 90), (1, 6, 6, 1, 5, 40), (3, 3, 6, 0, 5, 60),
        (3, 5, 6, 1, 5, 50), (6, 6, 6, 5, 5, 120), (6, 6, 6, 0, 5, 10), (2, 2, 6, 0, 5, 80), (4, 6, 6, 3, 5, 70),
    ]  # fmt: skip
    names = ["frequency", "recency", "n_opportunities", "holdout_frequency", "n_holdout", "n_customers"]
    frame = spec("opportunities").check(pd.DataFrame(rows, columns=names), CONTEXT)
    found = churn_scores(frame).table
    assert len(found) == 840
    by_row = dict(zip(range(len(rows)), np.cumsum([0] + [row[-1] for row in rows[:-1]]), strict=True))
    # who gave in all six years is the least likely to be gone; one gift long ago is a worse sign than one last year
    assert found["score"].idxmin() in range(by_row[6], by_row[8])
    assert found["score"][by_row[2]] > found["score"][by_row[3]]
    assert found["rival_score"][by_row[4]] == 3


@pytest.mark.parametrize("weeks", [[26.0, 13.0], [np.nan, 26.0]])
def test_holdouts_must_be_of_one_length(holdout, weeks):
    table = holdout.table.head(2).assign(holdout_weeks=weeks)
    frame = type(holdout)(name=holdout.name, table=table, context=CONTEXT)
    with pytest.raises(FrameMistake, match="`holdout_weeks` must hold one length for all"):
        churn_scores(frame)


def test_the_scores_are_those_of_customers_alive_by_the_rule(holdout):
    """Nine in ten gaps are no longer than the limit, and nobody silent for longer is among those judged."""
    limit = longest_silence(holdout)
    repeat = holdout.table[holdout.table["frequency"] > 0]
    gaps = np.repeat(repeat["recency_weeks"] / repeat["frequency"], repeat["frequency"])
    assert limit == pytest.approx(np.quantile(gaps, 0.9, method="inverted_cdf"))
    assert limit < 26
    scores = churn_scores(holdout).table
    alive = scores[scores["rival_score"] <= limit]
    gone, there = alive[alive["outcome"] == 1], alive[alive["outcome"] == 0]
    answer, rule, naive = estimate_forecast_discrimination(holdout, CLAIM)
    area = mannwhitneyu(gone["score"], there["score"]).statistic / (len(gone) * len(there))
    assert (answer.value, answer.n) == (pytest.approx(area), len(alive))
    assert f"silent for no longer than {number(limit)} weeks" in answer.method
    assert naive.role is Role.NAIVE and naive.n == 1_500
    assert rule.role is Role.CONTEXT


def test_a_holdout_shorter_than_the_gaps_is_the_limit(holdout):
    assert longest_silence(replace(holdout, table=holdout.table.assign(holdout_weeks=2.0))) == 2.0


def test_telling_the_dead_from_the_living_is_no_forecast():
    """Half the customers died in the first weeks, the others never do and buy or not by chance: among all, the score is
    almost right; among those alive it knows nothing, and cannot beat recency."""
    rng = np.random.default_rng(2)
    rows = []
    for dead in np.repeat([True, False], 1_000):
        times = np.cumsum(rng.exponential(10.0, 60))
        times = times[times < (8.0 if dead else 65.0)]
        before, after = times[times <= 52], times[times > 52]
        rows.append((len(before), before[-1] if len(before) else 0.0, 52.0, len(after), 13.0))
    names = ["frequency", "recency_weeks", "T_weeks", "holdout_frequency", "holdout_weeks"]
    frame = spec("customer_holdout").check(pd.DataFrame(rows, columns=names).assign(n_customers=1), CONTEXT)
    answer, _, naive = estimate_forecast_discrimination(frame, CLAIM)
    assert naive.low > 0.7
    assert answer.low < 0.6
    (gain,) = estimate_forecast_discrimination(frame, CLAIM, quantity="auc_gain_over_recency")
    assert gain.low < CLAIM.quantity("auc_gain_over_recency").smallest


def test_the_bar_of_recency_has_a_vote():
    assert CLAIM.quantity("auc_gain_over_recency").decides
