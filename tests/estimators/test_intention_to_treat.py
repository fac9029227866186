"""Effects of randomised assignment: against tables worked by hand, against statsmodels and scipy, and their refusals."""

from __future__ import annotations

import math
from statistics import variance

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.randomised.intention_to_treat import estimate_complier_effect, estimate_intention_to_treat
from analysis.estimators.randomised.subgroups import moderator_groups
from analysis.estimators.randomised.targeting import estimate_targeting, rank_correlation_interval
from analysis.estimators.randomised.two_arms import arm_means
from analysis.frames import Context, Frame, spec
from tests.draws import draws, fewest, most
from tests.helpers import a_claim, a_quantity

Z = stats.norm.ppf(0.975)
EXACT = 1e-9  # the same arithmetic in another order

POINTS = a_quantity(name="points", scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=None)
REACHED = a_quantity(name="reached", scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=None)
AMOUNT = a_quantity(name="amount", unit="currency units", size=None)
PERCENT = a_quantity(name="percent", scale=Scale.PERCENT, unit="%", size=None)
RATIO = a_quantity(name="ratio", scale=Scale.RATIO, unit="times", null=1.0, smallest=1.1, size=None)
STANDARDISED = a_quantity(name="standardised", unit="standard deviations", size=None)
HAZARD = a_quantity(name="hazard", scale=Scale.HAZARD_RATIO, unit="times the hazard", null=1.0, smallest=1.1, size=None)
GAP = a_quantity(name="effect_gap", scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=None)
RANK = a_quantity(name="rank_agreement", scale=Scale.CORRELATION, unit="rank correlation", smallest=0.1, size=None)
CLAIM = a_claim(POINTS, REACHED, AMOUNT, PERCENT, RATIO, STANDARDISED, HAZARD, GAP, RANK)


def frame_of(**columns) -> Frame:
    table = pd.DataFrame(columns)
    if "arm" not in table:
        table["arm"] = np.where(table["assigned"] == 1, "treated", "control")
    table["unit_id"] = range(len(table))
    context = Context(
        source="Shop A", kind=Kind.PUBLIC, design=Design.RANDOMISED, population="people", period="a week",
        contrast="letter against none",
    )  # fmt: skip
    return spec("experiment").check(table, context)


def counts(*cells: tuple[int, int, int], **more) -> dict[str, list]:
    """Columns for (assigned, n, n with outcome 1) cells, each unit a row."""
    assigned, outcome = [], []
    for arm, n, successes in cells:
        assigned += [arm] * n
        outcome += [1.0] * successes + [0.0] * (n - successes)
    return {"assigned": assigned, "outcome": outcome, **more}


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Wilson (1927), written out."""
    p = successes / n
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return middle - half, middle + half


def test_shares_are_contrasted_in_points_with_newcombes_square_and_add_interval():
    (found,) = estimate_intention_to_treat(frame_of(**counts((1, 70, 56), (0, 80, 48))), CLAIM, quantity="points")
    (l1, u1), (l0, u0) = wilson(56, 70), wilson(48, 80)
    assert found.value == pytest.approx(100 * (0.8 - 0.6), abs=EXACT)
    assert found.low == pytest.approx(100 * (0.2 - math.hypot(0.8 - l1, u0 - 0.6)), abs=1e-6)
    assert found.high == pytest.approx(100 * (0.2 + math.hypot(u1 - 0.8, 0.6 - l0)), abs=1e-6)
    assert (found.n, found.design, found.role) == (150, Design.RANDOMISED, Role.ANSWER)


def test_no_successes_in_one_arm_still_has_an_interval_of_some_width():
    (found,) = estimate_intention_to_treat(frame_of(**counts((1, 50, 5), (0, 50, 0))), CLAIM, quantity="points")
    assert found.value == pytest.approx(10.0)
    assert found.low < 10.0 < found.high


def test_amounts_are_contrasted_with_welchs_interval_as_scipy_has_it():
    treated, control = [1.0, 4.0, 7.0, 12.0], [0.0, 1.0, 1.0, 2.0, 6.0]
    frame = frame_of(assigned=[1] * 4 + [0] * 5, outcome=treated + control)
    (found,) = estimate_intention_to_treat(frame, CLAIM, quantity="amount")
    interval = stats.ttest_ind(treated, control, equal_var=False).confidence_interval(0.95)
    assert found.value == pytest.approx(6.0 - 2.0)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=EXACT)


def test_amounts_agree_with_statsmodels_heteroskedasticity_robust_regression():
    import statsmodels.api as sm

    rng = np.random.default_rng(11)
    assigned = np.repeat([0, 1], 400)
    outcome = rng.exponential(1 + assigned, 800)
    (found,) = estimate_intention_to_treat(frame_of(assigned=assigned, outcome=outcome), CLAIM, quantity="amount")
    fit = sm.OLS(outcome, sm.add_constant(assigned.astype(float))).fit(cov_type="HC2")
    assert found.value == pytest.approx(fit.params[1])
    half = (found.high - found.low) / 2
    assert half == pytest.approx(fit.bse[1] * Z, rel=0.004)  # t with some 600 degrees against the normal


def test_ratio_of_shares_has_katz_interval_and_percent_is_the_same_less_one():
    frame = frame_of(**counts((1, 100, 30), (0, 100, 20)))
    (ratio,) = estimate_intention_to_treat(frame, CLAIM, quantity="ratio")
    (percent,) = estimate_intention_to_treat(frame, CLAIM, quantity="percent")
    # Katz et al. (1978) with the unbiased variance s² = n p (1 - p) / (n - 1).
    error = math.sqrt((0.3 * 0.7 / 99) / 0.3**2 + (0.2 * 0.8 / 99) / 0.2**2)
    assert ratio.value == pytest.approx(1.5)
    assert math.log(ratio.high / 1.5) == pytest.approx(Z * error, rel=0.01)
    assert percent.value == pytest.approx(50.0)
    assert (percent.low, percent.high) == pytest.approx((100 * (ratio.low - 1), 100 * (ratio.high - 1)))


def test_strata_are_weighted_by_their_share_and_undo_unequal_assignment():
    # In stratum a 1 of 4 is treated and nobody differs; in b 3 of 4 are, and all buy: the raw gap is all mix.
    cells = counts((1, 10, 0), (0, 30, 0), (1, 30, 30), (0, 10, 10))
    frame = frame_of(**cells, stratum=["a"] * 40 + ["b"] * 40)
    (found,) = estimate_intention_to_treat(frame, CLAIM, quantity="points")
    raw = np.mean([1.0] * 30 + [0.0] * 10) - np.mean([1.0] * 10 + [0.0] * 30)
    assert raw == pytest.approx(0.5)
    assert found.value == pytest.approx(0.0, abs=EXACT)
    assert "averaged over strata" in found.method


def test_strata_effect_is_the_weighted_mean_worked_by_hand():
    # a: 60 units, 20 % against 10 %; b: 20 units, 80 % against 20 %. Weights 3/4 and 1/4.
    cells = counts((1, 30, 6), (0, 30, 3), (1, 10, 8), (0, 10, 2))
    (found,) = estimate_intention_to_treat(frame_of(**cells, stratum=["a"] * 60 + ["b"] * 20), CLAIM, quantity="points")
    assert found.value == pytest.approx(100 * (0.75 * 0.1 + 0.25 * 0.6))
    variance = 0.75**2 * (0.2 * 0.8 + 0.1 * 0.9) / 29 + 0.25**2 * (0.8 * 0.2 + 0.2 * 0.8) / 9
    assert (found.high - found.low) / 200 == pytest.approx(Z * math.sqrt(variance), rel=0.04)  # t with some 40 degrees


@pytest.mark.parametrize(("treated", "controls"), [(10, 10), (4, 8)])
def test_clusters_of_equal_size_are_a_t_test_on_cluster_means(treated, controls):
    """With equal clusters CR2 is the variance of cluster means; Bell & McCaffrey's degrees are Satterthwaite's for 1 / G."""
    arm = np.array([1] * treated + [0] * controls)
    level = np.arange(len(arm)) * 7 % 5 + arm
    noise = np.array([-1.0, 1.0, 0.5, -0.5, 0.0, 0.0])
    outcome = (level[:, None] + noise).ravel()
    cluster = np.repeat(np.arange(len(arm)), 6)
    table = frame_of(assigned=np.repeat(arm, 6), outcome=outcome, cluster=cluster)
    (found,) = estimate_intention_to_treat(table, CLAIM, quantity="amount")
    means = [level[arm == a].astype(float) for a in (1, 0)]
    value = means[0].mean() - means[1].mean()
    error = math.sqrt(means[0].var(ddof=1) / treated + means[1].var(ddof=1) / controls)
    a, b = 1 / treated, 1 / controls
    degrees = (a + b) ** 2 / (a**2 / (treated - 1) + b**2 / (controls - 1))
    half = error * stats.t.ppf(0.975, degrees)
    assert (found.low, found.high) == pytest.approx((value - half, value + half))


def test_one_stratum_is_no_stratum_and_two_add_their_variances():
    """Amounts: within one stratum Welch's interval as scipy has it; over two, Neyman's variance by the standard library."""
    rng = np.random.default_rng(8)
    table = pd.DataFrame(
        {"assigned": np.repeat([0, 1], [7, 12]), "outcome": rng.gamma(2.0, 30.0, 19), "stratum": "all"}
    )
    arms = [table.loc[table["assigned"] == arm, "outcome"] for arm in (1, 0)]
    found, welch = arm_means(table), stats.ttest_ind(*arms, equal_var=False)
    assert found.df == pytest.approx(welch.df)
    assert (found.treated - found.control) / math.sqrt(found.covariance.trace()) == pytest.approx(welch.statistic)

    other = table.assign(stratum="other", outcome=table["outcome"] ** 1.2)[::-1].iloc[:15]
    both = arm_means(pd.concat([table, other]))
    for arm in (0, 1):
        variances = [
            variance(rows["outcome"]) / len(rows) * (len(part) / 34) ** 2
            for part in (table, other)
            for rows in [part[part["assigned"] == arm]]
        ]
        assert both.covariance[arm, arm] == pytest.approx(sum(variances))


def dense_degrees(cluster, assigned, stratum) -> float:
    """Bell & McCaffrey's degrees by their definition, clusters and rows as whole matrices: S = B' B with B = (I - H)' A w."""
    n = len(cluster)
    cells = pd.factorize(pd.Series(list(zip(stratum, assigned, strict=True))))[0]
    design = (cells[:, None] == np.arange(cells.max() + 1)).astype(float)
    gram = np.linalg.inv(design.T @ design)
    hat = design @ gram @ design.T
    share = {s: np.mean(stratum == s) for s in np.unique(stratum)}
    contrast = np.zeros(design.shape[1])
    for cell in range(design.shape[1]):
        row = np.flatnonzero(cells == cell)[0]
        contrast[cell] = share[stratum[row]] * (1 if assigned[row] else -1)
    parts = []
    for one in np.unique(cluster):
        rows = np.flatnonzero(cluster == one)
        roots, vectors = np.linalg.eigh(np.eye(len(rows)) - hat[np.ix_(rows, rows)])
        half = np.where(roots > 1e-10, 1 / np.sqrt(np.maximum(roots, 1e-10)), 1.0)
        weight = (vectors * half) @ vectors.T @ design[rows] @ gram @ contrast
        parts.append((np.eye(n) - hat)[:, rows] @ weight)
    spread = np.array(parts) @ np.array(parts).T
    return float(np.trace(spread) ** 2 / (spread**2).sum())


@pytest.mark.parametrize("seed", range(5))
def test_degrees_of_freedom_are_those_of_the_dense_formula(seed):
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, 25, 160)
    stratum, assigned = rng.choice(["a", "b", "c"], 160), rng.integers(0, 2, 160)
    table = pd.DataFrame(
        {"cluster": cluster, "stratum": stratum, "assigned": assigned, "outcome": rng.normal(size=160)}
    )
    assert arm_means(table).df == pytest.approx(dense_degrees(cluster, assigned, stratum))


@pytest.mark.parametrize("n", [10_000, 100_000])
def test_memory_of_clusters_grows_with_their_number_and_not_its_square(n):
    """A matrix of clusters by clusters would take 0.8 and 80 GB."""
    import tracemalloc

    rng = np.random.default_rng(1)
    cluster = rng.integers(0, n, 2 * n)
    table = pd.DataFrame({"cluster": cluster, "assigned": rng.integers(0, 2, 2 * n), "outcome": rng.normal(size=2 * n)})
    tracemalloc.start()
    found = arm_means(table)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000 * n  # bytes
    assert found.df > 0.3 * n


def test_clusters_widen_the_interval():
    cluster = np.repeat(np.arange(20), 10)
    assigned = cluster % 2
    outcome = (cluster // 2 % 3).astype(float) + assigned
    (found,) = estimate_intention_to_treat(
        frame_of(assigned=assigned, outcome=outcome, cluster=cluster), CLAIM, quantity="amount"
    )
    (plain,) = estimate_intention_to_treat(frame_of(assigned=assigned, outcome=outcome), CLAIM, quantity="amount")
    assert found.high - found.low > 2 * (plain.high - plain.low)


def test_a_role_can_be_given_for_the_contrast_that_the_trap_warns_of():
    frame = frame_of(**counts((1, 20, 8), (0, 20, 4)))
    assert estimate_intention_to_treat(frame, CLAIM, quantity="points", role="naive")[0].role is Role.NAIVE


def test_arms_are_compared_with_all_controls_jointly_and_as_context():
    cells = counts((0, 100, 10), (1, 100, 20), (1, 100, 40))
    frame = frame_of(**cells, arm=["control"] * 100 + ["one"] * 100 + ["two"] * 100)
    whole, one, two = estimate_intention_to_treat(frame, CLAIM, quantity="points", by="arm")
    assert [e.value for e in (whole, one, two)] == pytest.approx([20.0, 10.0, 30.0])
    assert [e.role for e in (whole, one, two)] == [Role.ANSWER, Role.CONTEXT, Role.CONTEXT]
    assert one.level == pytest.approx(0.975)  # two looks share the five per cent
    assert (one.n, two.n) == (200, 200)


def test_holm_adjusts_the_p_values_of_the_looks():
    cells = counts((0, 100, 10), (1, 100, 20), (1, 100, 12))
    frame = frame_of(**cells, arm=["control"] * 100 + ["one"] * 100 + ["two"] * 100)
    _, one, two = estimate_intention_to_treat(frame, CLAIM, quantity="points", by="arm")

    def p(successes):
        a, b = np.array([1.0] * successes + [0.0] * (100 - successes)), np.array([1.0] * 10 + [0.0] * 90)
        return stats.ttest_ind(a, b, equal_var=False).pvalue

    assert p(20) < p(12)
    assert f"Holm-adjusted p = {2 * p(20):.2g}" in one.method  # the smallest is doubled, the other stays
    assert f"Holm-adjusted p = {p(12):.2g}" in two.method


def test_groups_of_the_moderator_keep_equal_values_together_and_cover_everyone():
    moderator = [1, 1, 1, 2, 2, 3, 4, 4] * 10
    frame = frame_of(assigned=[0, 1] * 40, outcome=[0.0, 1.0] * 40, moderator=moderator)
    _, *parts = estimate_intention_to_treat(frame, CLAIM, quantity="points", by="moderator", groups=2)
    assert sum(e.n for e in parts) == 80
    assert [e.value for e in parts] == pytest.approx([100.0] * len(parts))
    codes = moderator_groups(pd.Series(moderator), 2)
    assert codes.groupby(pd.Series(moderator)).nunique().max() == 1


def test_strata_can_be_looked_into_one_by_one():
    cells = counts((1, 30, 6), (0, 30, 3), (1, 10, 8), (0, 10, 2))
    frame = frame_of(**cells, stratum=["a"] * 60 + ["b"] * 20)
    _, a, b = estimate_intention_to_treat(frame, CLAIM, quantity="points", by="stratum")
    assert (a.value, b.value) == pytest.approx((10.0, 60.0))
    assert a.method.startswith("a: letter against none") and b.n == 20


def test_complier_effect_is_walds_ratio():
    # Assignment raises receipt from 2/10 to 6/10 and the outcome from 4/10 to 6/10: 20 points through 40.
    frame = frame_of(**reached_columns(copies=30))
    assigned, reached, naive = estimate_complier_effect(frame, CLAIM, quantity="points", quantity_reached="reached")
    assert assigned.value == pytest.approx(20.0)
    assert reached.value == pytest.approx(100 * 0.2 / 0.4)
    assert reached.low < 50.0 < reached.high
    # Reached: 6 of 6 assigned and 2 of 2 others bought; not reached: 0 of 4 and 2 of 8.
    assert naive.value == pytest.approx(100 * (8 / 8 - 2 / 12))
    assert (naive.role, naive.design) == (Role.NAIVE, Design.OBSERVATIONAL)


def reached_columns(copies: int) -> dict[str, list]:
    assigned = ([1] * 10 + [0] * 10) * copies
    received = ([1] * 6 + [0] * 4 + [1] * 2 + [0] * 8) * copies
    outcome = ([1.0] * 6 + [0.0] * 4 + [1.0] * 2 + [1.0] * 2 + [0.0] * 6) * copies
    return {"assigned": assigned, "received": received, "outcome": outcome}


def test_complier_effect_equals_the_effect_of_assignment_under_full_compliance():
    cells = counts((1, 60, 30), (0, 60, 12))
    frame = frame_of(**cells, received=cells["assigned"])
    assigned, reached, _ = estimate_complier_effect(frame, CLAIM, quantity="points", quantity_reached="reached")
    assert reached.value == pytest.approx(assigned.value)


def test_a_first_stage_near_nothing_gives_no_interval_and_says_so():
    received = [1, 0] * 20 + [1, 0] * 19 + [0, 0]
    frame = frame_of(assigned=[1] * 40 + [0] * 40, received=received, outcome=[1.0, 0.0, 1.0, 1.0] * 20)
    _, reached, _ = estimate_complier_effect(frame, CLAIM, quantity="points", quantity_reached="reached")
    assert reached.low is None and reached.high is None
    assert "no end" in reached.method and "weak" in reached.method


def test_effect_gap_is_zero_where_the_effect_is_the_same_for_all():
    # Ten values of risk, in each 20 treated and 20 controls, 10 points more among the treated everywhere.
    rows = [(m, a, o) for m in range(10) for a, k in ((1, 6), (0, 4)) for o in [1.0] * k + [0.0] * (20 - k)]
    moderator, assigned, outcome = (list(x) for x in zip(*rows, strict=True))
    gap, rank, naive = estimate_targeting(frame_of(assigned=assigned, outcome=outcome, moderator=moderator), CLAIM)
    assert gap.value == pytest.approx(0.0, abs=EXACT)
    assert naive.value == pytest.approx(0.0, abs=EXACT)
    assert gap.low < 0 < gap.high
    assert rank.value == 0.0 and rank.low == pytest.approx(-rank.high)


def test_effect_gap_worked_by_hand_with_the_riskiest_tenth():
    # Riskiest (risk 9): 50 % against 0 %. The other nine: no effect. Overall effect 5, gap 50 - 5 = 45.
    rows = [(m, a, o) for m in range(9) for a in (0, 1) for o in [1.0] * 4 + [0.0] * 16]
    rows += [(9, 1, o) for o in [1.0] * 10 + [0.0] * 10] + [(9, 0, 0.0)] * 20
    moderator, assigned, outcome = (list(x) for x in zip(*rows, strict=True))
    frame = frame_of(assigned=assigned, outcome=outcome, moderator=moderator)
    gap, _, naive = estimate_targeting(frame, CLAIM)
    assert gap.value == pytest.approx(45.0)
    variance_top = 10 * 0.25 * 2 / 19 / 20  # s² = sum of squares / 19 among the treated; none among the controls
    variance_rest = 2 * (0.2 * 0.8 * 180 / 179) / 180
    assert gap.high - 45.0 == pytest.approx(100 * 0.9 * Z * math.sqrt(variance_top + variance_rest))
    # Left alone, all buy 18 % on average and the riskiest 0: 18 points that risk alone shows.
    assert naive.value == pytest.approx(18.0)
    assert naive.role is Role.NAIVE


def test_rank_agreement_is_one_where_effects_rise_with_risk_and_turns_with_the_meaning_of_the_outcome():
    rows = [(m, a, o) for m in range(10) for a in (0, 1) for o in [1.0] * (5 + a * m) + [0.0] * (15 - a * m)]
    moderator, assigned, outcome = (list(x) for x in zip(*rows, strict=True))
    frame = frame_of(assigned=assigned, outcome=outcome, moderator=moderator)
    _, rank, _ = estimate_targeting(frame, CLAIM)
    assert rank.value == pytest.approx(1.0)
    assert 0 < rank.low < 1.0 and rank.high == 1.0
    gap, turned, _ = estimate_targeting(frame, CLAIM, outcome_is_loss=True)
    assert turned.value == pytest.approx(-1.0)
    assert gap.value < 0


def test_rank_correlation_interval_widens_with_fewer_groups():
    # Bonett & Wright (2000): r = .5, k = 10: atanh(.5) ± 1.96 sqrt((1 + .125) / 7).
    half = Z * math.sqrt(1.125 / 7)
    expected = (math.tanh(math.atanh(0.5) - half), math.tanh(math.atanh(0.5) + half))
    assert rank_correlation_interval(0.5, 10) == pytest.approx(expected)
    low, high = rank_correlation_interval(0.5, 5)
    assert low < expected[0] and high > expected[1]


@pytest.mark.parametrize(
    ("columns", "options", "error", "fragment"),
    [
        (counts((1, 5, 1)), {"quantity": "points"}, FrameMistake, "`assigned` must hold 0 and 1"),
        (counts((1, 5, 1), (0, 1, 0)), {"quantity": "points"}, FrameMistake, "at least twice"),
        ({"assigned": [0, 0, 1, 1], "outcome": [0.0, 1.0, 2.0, 1.0]}, {"quantity": "points"}, FrameMistake, "0 or 1"),
        ({"assigned": [0, 0, 1, 1], "outcome": [0.0, 0.0, 2.0, 1.0]}, {"quantity": "ratio"}, FrameMistake, "above 0"),
        (counts((1, 5, 1), (0, 5, 1)), {"quantity": "hazard"}, ParameterMistake, "difference or ratio of means"),
        (counts((1, 5, 1), (0, 5, 1)), {"quantity": "standardised"}, ParameterMistake, "standard deviations"),
        (counts((1, 5, 1), (0, 5, 1)), {"quantity": "nonsense"}, ParameterMistake, "registers"),
        (counts((1, 5, 1), (0, 5, 1)), {"quantity": "points", "by": "weather"}, ParameterMistake, "`by`"),
        (counts((1, 5, 1), (0, 5, 1)), {"quantity": "points", "by": "moderator"}, FrameMistake, "`moderator`"),
        (counts((1, 5, 1), (0, 5, 1)), {"quantity": "points", "by": "stratum"}, FrameMistake, "`stratum`"),
        (
            counts((1, 5, 1), (0, 5, 1), moderator=list(range(10))),
            {"quantity": "points", "by": "moderator", "groups": 1},
            ParameterMistake,
            "`groups`",
        ),
        (counts((1, 5, 1), (0, 5, 1), cluster=[1] * 10), {"quantity": "points"}, FrameMistake, "`cluster`"),
        (
            counts((1, 5, 1), (0, 5, 1), stratum=["a"] * 5 + ["b"] * 5),
            {"quantity": "points"},
            FrameMistake,
            "in stratum 'a'",
        ),
    ],
)
def test_estimate_effect_refuses_and_says_why(columns, options, error, fragment):
    with pytest.raises(error, match=fragment):
        estimate_intention_to_treat(frame_of(**columns), CLAIM, **options)


def test_unknown_receipt_is_refused_with_how_many_are_missing():
    cells = counts((1, 5, 1), (0, 5, 1))
    frame = frame_of(**cells, received=[1.0] * 4 + [None] + [0.0] * 5)
    with pytest.raises(FrameMistake, match="1 of 10 are missing"):
        estimate_complier_effect(frame, CLAIM, quantity="points", quantity_reached="reached")


@pytest.mark.parametrize(
    ("more", "fragment"),
    [({}, "`moderator`"), ({"moderator": [1, 2] * 5}, "distinct values"), (
        {"moderator": list(range(10)), "cluster": list(range(10))}, "`cluster`")],
)  # fmt: skip
def test_targeting_refuses_what_it_cannot_rank(more, fragment):
    with pytest.raises(FrameMistake, match=fragment):
        estimate_targeting(frame_of(**counts((1, 5, 1), (0, 5, 1)), **more), CLAIM)


@pytest.mark.slow
def test_intervals_cover_the_truth_at_their_stated_rate():
    rng = np.random.default_rng(5)
    hits, n_runs = {"points": 0, "reached": 0, "effect_gap": 0}, draws(400, 200)
    for _ in range(n_runs):
        assigned = rng.integers(0, 2, 2000)
        risk = rng.integers(0, 10, 2000)
        received = rng.random(2000) < 0.1 + 0.5 * assigned
        outcome = (rng.random(2000) < 0.2 + 0.01 * risk + 0.10 * received).astype(float)
        frame = frame_of(assigned=assigned, received=received.astype(int), outcome=outcome, moderator=risk)
        itt, reached, _ = estimate_complier_effect(frame, CLAIM, quantity="points", quantity_reached="reached")
        gap, *_ = estimate_targeting(frame, CLAIM)
        for name, found, truth in (("points", itt, 5.0), ("reached", reached, 10.0), ("effect_gap", gap, 0.0)):
            hits[name] += found.low <= truth <= found.high
    assert all(fewest(n_runs) <= hit <= most(n_runs) for hit in hits.values()), hits
