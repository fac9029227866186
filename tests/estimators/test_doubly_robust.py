"""Adjusted comparisons: by hand where there is nothing to adjust, against a stated truth where there is."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Scale
from analysis.estimators.checks.adjustment import check_balance, check_overlap
from analysis.estimators.observational import augmented_weighting
from analysis.estimators.observational.doubly_robust import estimate_doubly_robust
from tests.draws import draws, fewest, most
from tests.estimators.frames_for_tests import a_claim_on, a_frame, of_role

POINTS = a_claim_on("gap", Scale.PERCENTAGE_POINTS)
DIFFERENCE = a_claim_on("gap", Scale.DIFFERENCE)
RATIO = a_claim_on("ratio", Scale.RATIO)
PERCENT = a_claim_on("change", Scale.PERCENT)
ODDS = a_claim_on("odds", Scale.ODDS_RATIO)


def counts(treated_yes, treated_no, control_yes, control_no, **extra):
    """Return a frame with these many units in the four cells."""
    sizes = (treated_yes, treated_no, control_yes, control_no)
    return a_frame(
        "exposure", treated=np.repeat([1, 1, 0, 0], sizes), outcome=np.repeat([1.0, 0.0, 1.0, 0.0], sizes), **extra
    )


def confounded(n: int, seed: int, effect: float = 0.1):
    """A covariate that raises both exposure and outcome; the true effect on the outcome's probability is `effect`.

    x is 0 or 1 with equal chance; exposure has probability .2 or .7; outcome .2 + .4 x + effect. A naive comparison adds
    .4 x (.7/.9 - .3/1.1) = .202 to the effect.
    """
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, n)
    treated = (rng.random(n) < 0.2 + 0.5 * x).astype(int)
    outcome = (rng.random(n) < 0.2 + 0.4 * x + effect * treated).astype(float)
    return a_frame("exposure", treated=treated, outcome=outcome, x_kind=x.astype(float), x_noise=rng.normal(size=n))


def test_naive_gap_is_the_difference_of_shares_with_its_sampling_error():
    """30 of 100 against 40 of 200; the error is that of a regression on the exposure (another package)."""
    frame = counts(30, 70, 40, 160)
    naive = of_role(estimate_doubly_robust(frame, POINTS, quantity="gap", adjusted=False), "naive")
    fit = sm.OLS(frame.table["outcome"], sm.add_constant(frame.table["treated"])).fit(cov_type="HC0")
    assert naive.value == pytest.approx(10.0)
    half = 1.984 * fit.bse["treated"] * np.sqrt(300 / 299)  # t with 99 degrees of freedom, of the smaller group
    assert naive.high - naive.value == pytest.approx(100 * half, rel=1e-3)
    assert naive.n == 300


def test_odds_ratio_without_covariates_is_the_cross_product():
    naive = of_role(estimate_doubly_robust(counts(30, 70, 40, 160), ODDS, quantity="odds", adjusted=False), "naive")
    assert naive.value == pytest.approx(30 * 160 / (70 * 40))
    error = np.sqrt(1 / 30 + 1 / 70 + 1 / 40 + 1 / 160)  # Woolf (1955)
    assert np.log(naive.high / naive.value) == pytest.approx(1.96 * error, rel=0.01)


def test_odds_ratio_survives_sampling_by_outcome_and_the_difference_does_not():
    """All who left are kept and one in ten of those who stayed: what Cell2Cell did."""
    everyone, sampled = counts(40, 360, 60, 1140), counts(40, 36, 60, 114)
    odds = [estimate_doubly_robust(f, ODDS, quantity="odds", adjusted=False)[0].value for f in (everyone, sampled)]
    gaps = [estimate_doubly_robust(f, POINTS, quantity="gap", adjusted=False)[0].value for f in (everyone, sampled)]
    assert odds[0] == pytest.approx(odds[1])
    assert gaps[1] > 3 * gaps[0]


def test_ratio_and_percentage_of_means():
    frame = counts(30, 70, 40, 160)
    assert estimate_doubly_robust(frame, RATIO, quantity="ratio", adjusted=False)[0].value == pytest.approx(1.5)
    found = estimate_doubly_robust(frame, PERCENT, quantity="change", adjusted=False)[0]
    assert found.value == pytest.approx(50.0)
    error = np.sqrt(0.7 / (0.3 * 100) + 0.8 / (0.2 * 200))  # delta method for a ratio of shares
    assert np.log(1 + found.high / 100) - np.log(1.5) == pytest.approx(1.968 * error, rel=0.01)


@pytest.mark.parametrize("effect", [0.1, 0.0])
def test_adjusted_gap_recovers_the_truth_that_the_naive_one_misses(effect):
    found = estimate_doubly_robust(confounded(8_000, seed=1, effect=effect), POINTS, quantity="gap")
    answer, naive = of_role(found, "answer"), of_role(found, "naive")
    assert answer.low <= 100 * effect <= answer.high
    assert answer.value == pytest.approx(100 * effect, abs=2.5)
    assert naive.value == pytest.approx(100 * (effect + 0.202), abs=2.5)


def test_adjusted_gap_agrees_with_standardisation_by_hand():
    """With one binary covariate the adjusted gap is a mean of the gaps within its two values, each counting by
    n e (1 - e) = exposed x unexposed / n."""
    frame = confounded(20_000, seed=2)
    frame = a_frame("exposure", **{c: frame.table[c] for c in ("treated", "outcome", "x_kind")})
    table = frame.table
    means = table.groupby(["x_kind", "treated"])["outcome"].mean().unstack()
    counts = table.groupby(["x_kind", "treated"]).size().unstack()
    by_hand = np.average(means[1] - means[0], weights=counts[1] * counts[0] / (counts[1] + counts[0]))
    assert estimate_doubly_robust(frame, POINTS, quantity="gap")[0].value == pytest.approx(100 * by_hand, abs=0.02)


def test_strata_are_held_equal_like_a_covariate():
    frame = confounded(8_000, seed=3)
    kind = frame.table["x_kind"].map({0.0: "plain", 1.0: "keen"})
    by_stratum = a_frame("exposure", treated=frame.table["treated"], outcome=frame.table["outcome"], stratum=kind)
    answer = of_role(estimate_doubly_robust(by_stratum, POINTS, quantity="gap"), "answer")
    assert answer.low <= 10 <= answer.high
    assert "the stratum" in answer.method


def test_right_outcome_model_is_enough_when_the_propensity_model_is_wrong():
    """Exposure depends on the product of two signs, which no main effect sees; the outcome is linear in both."""
    rng = np.random.default_rng(4)
    a, b = rng.choice([-1.0, 1.0], 20_000), rng.choice([-1.0, 1.0], 20_000)
    treated = (rng.random(20_000) < 0.5 + 0.3 * a * b).astype(int)
    outcome = 1.0 * treated + 2 * a + 3 * b + rng.normal(size=20_000)
    frame = a_frame("exposure", treated=treated, outcome=outcome, x_a=a, x_b=b)
    answer = of_role(estimate_doubly_robust(frame, DIFFERENCE, quantity="gap"), "answer")
    assert answer.value == pytest.approx(1.0, abs=0.05)


def test_same_seed_gives_the_same_number_and_another_seed_nearly_so():
    frame = confounded(3_000, seed=5)
    first, again, other = (estimate_doubly_robust(frame, POINTS, quantity="gap", seed=s)[0].value for s in (1, 1, 2))
    assert first == again
    assert other != first and other == pytest.approx(first, abs=0.3)


def test_clusters_widen_the_interval_when_their_members_share_their_fate():
    rng = np.random.default_rng(6)
    cluster = np.repeat(np.arange(100), 20)
    treated = np.repeat(rng.integers(0, 2, 100), 20)
    outcome = np.repeat(rng.normal(size=100), 20)
    plain = a_frame("exposure", treated=treated, outcome=outcome)
    grouped = a_frame("exposure", treated=treated, outcome=outcome, cluster=cluster)
    widths = []
    for frame in (plain, grouped):
        naive = estimate_doubly_robust(frame, DIFFERENCE, quantity="gap", adjusted=False)[0]
        widths.append(naive.high - naive.low)
    # Twenty copies of one draw are one draw: the error grows by the square root of 20.
    assert widths[1] / widths[0] == pytest.approx(np.sqrt(20), rel=0.05)


def test_redundant_covariates_change_nothing():
    frame = confounded(4_000, seed=7)
    twice = a_frame("exposure", **frame.table.drop(columns="unit_id"), x_again=2 * frame.table["x_kind"] - 1)
    assert estimate_doubly_robust(twice, ODDS, quantity="odds")[0].value == pytest.approx(
        estimate_doubly_robust(frame, ODDS, quantity="odds")[0].value
    )


def rare(n: int, seed: int, steep: float = 1.0):
    """Five in a thousand are exposed, by a covariate that moves the outcome; in stratum "before" nobody could be.

    The outcome there is lower by 1. True effect: 0.5. Returns the frame and the covariate's part in the outcome.
    """
    rng = np.random.default_rng(seed)
    x, before = rng.normal(size=n), rng.random(n) < 0.5
    treated = ((rng.random(n) < 1 / (1 + np.exp(5.5 - steep * x))) & ~before).astype(int)
    outcome = 0.5 * treated + 0.7 * x - 1.0 * before + rng.normal(size=n)
    stratum = np.where(before, "before", "after")
    return a_frame("exposure", treated=treated, outcome=outcome, x_kind=x, stratum=stratum)


def test_strata_in_which_nobody_could_be_exposed_are_left_out_and_counted():
    frame = rare(30_000, seed=1)
    answer = of_role(estimate_doubly_robust(frame, DIFFERENCE, quantity="gap"), "answer")
    could = int((frame.table["stratum"] == "after").sum())
    assert answer.n == could
    assert f"{30_000 - could:,} units of strata in which one group was missing left out" in answer.method
    assert answer.low <= 0.5 <= answer.high


def test_no_stratum_with_both_groups_is_refused_with_the_way_out():
    frame = rare(20_000, seed=2)
    apart = a_frame(
        "exposure",
        treated=frame.table["treated"],
        outcome=frame.table["outcome"],
        stratum=np.where(frame.table["treated"] == 1, "in", "out"),
    )
    with pytest.raises(FrameMistake, match="`stratum` must hold 5 exposed and as many unexposed"):
        estimate_doubly_robust(apart, DIFFERENCE, quantity="gap")


def test_rare_exposure_has_the_error_of_its_few_exposed():
    """Some hundred exposed, residual spread 1: no error can be below 1 / sqrt(exposed)."""
    frame = rare(30_000, seed=3)
    answer = of_role(estimate_doubly_robust(frame, DIFFERENCE, quantity="gap"), "answer")
    exposed = int(frame.table["treated"].sum())
    least = 1.96 / np.sqrt(exposed)
    assert least * 0.9 < answer.high - answer.value < 1.4 * least


@pytest.mark.slow
def test_interval_covers_the_truth_in_19_of_20_scenarios():
    runs = draws(300, 150)
    found = [estimate_doubly_robust(confounded(600, seed=s), POINTS, quantity="gap") for s in range(runs)]
    covered, naive = (
        sum(of_role(f, role).low <= 10 <= of_role(f, role).high for f in found) for role in ("answer", "naive")
    )
    assert naive < fewest(runs) <= covered <= most(runs)


def test_role_of_the_adjusted_estimate_can_be_context():
    found = estimate_doubly_robust(confounded(500, seed=8), POINTS, quantity="gap", role="context")
    assert [e.role for e in found] == ["context", "naive"]


@pytest.mark.parametrize(
    ("frame", "claim", "error", "message"),
    [
        (counts(10, 10, 100, 100), POINTS, FrameMistake, "at least 30 units must be exposed.*got 20 and 200"),
        (a_frame("exposure", treated=[1, 0] * 40, outcome=[0.0, 2.0] * 40), POINTS, FrameMistake, "must be 0 or 1.*2.0"),
        (a_frame("exposure", treated=[1, 0] * 40, outcome=[-1.0, 2.0] * 40), a_claim_on("gap", Scale.RATIO), FrameMistake,
         "above 0 for a ratio"),
        (counts(50, 50, 50, 50), a_claim_on("gap", Scale.CORRELATION), ParameterMistake, "on the scale 'correlation'"),
        (counts(50, 50, 50, 50), a_claim_on("gap", Scale.DIFFERENCE, unit="standard deviations"), ParameterMistake,
         "standard deviations"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_says_why(frame, claim, error, message):
    with pytest.raises(error, match=message):
        estimate_doubly_robust(frame, claim, quantity="gap")


def test_checks_of_an_estimate_fit_nothing_again(monkeypatch):
    """Each used to fit the five folds of the propensity anew: the better part of a page on 100,000 customers."""
    fits = []

    class Counted(sm.Logit):
        def __init__(self, *given, **named):
            fits.append(1)
            super().__init__(*given, **named)

    monkeypatch.setattr(sm, "Logit", Counted)
    monkeypatch.setattr(augmented_weighting, "_PREDICTED", {})  # without what other tests left
    frame = confounded(800, seed=7)
    estimate_doubly_robust(frame, POINTS, quantity="gap")
    assert len(fits) == 15  # propensity and two outcome models, in five folds each
    check_overlap(frame, POINTS)
    check_balance(frame, POINTS)
    assert not any(means.flags.writeable for means in augmented_weighting._PREDICTED.values()), "handed out again"
    again = estimate_doubly_robust(frame, POINTS, quantity="gap")
    assert len(fits) == 15
    augmented_weighting._PREDICTED.clear()
    assert estimate_doubly_robust(frame, POINTS, quantity="gap") == again
    assert len(fits) == 30


@pytest.mark.parametrize("binary", [True, False])
def test_a_covariate_that_does_not_vary_among_fitted_rows_moves_no_mean_elsewhere(binary):
    """An outcome model of one group is asked for the mean of the other: what is constant in the one may vary in the other.

    Left in, its coefficient is rounding (numpy's with AVX-512 gave means of 0 and 1), or takes half of the intercept.
    """
    rng = np.random.default_rng(3)
    x, elsewhere = rng.normal(size=400), rng.normal(size=50)
    outcome = (rng.random(400) < 1 / (1 + np.exp(-x))).astype(float) if binary else 100 + x + rng.normal(size=400)
    constant, varies = np.full(400, -0.13), rng.normal(size=50)
    found = augmented_weighting._predict(
        np.column_stack([np.ones(400), constant, x, x - 2 * constant]),
        outcome,
        np.column_stack([np.ones(50), varies, elsewhere, rng.normal(size=50)]),
        binary=binary,
    )
    plain = sm.GLM(outcome, sm.add_constant(x), family=sm.families.Binomial() if binary else sm.families.Gaussian())
    assert found == pytest.approx(plain.fit().predict(sm.add_constant(elsewhere)), rel=1e-7)


def test_fewer_fitted_rows_than_covariates_give_means_all_the_same():
    rng = np.random.default_rng(4)
    found = augmented_weighting._predict(
        rng.normal(size=(5, 8)), rng.normal(size=5), rng.normal(size=(3, 8)), binary=False
    )
    assert np.isfinite(found).all()


@pytest.mark.parametrize("separated", [False, True])
def test_means_are_those_of_a_generalised_linear_model(separated):
    """Also where all who have a rare property have the outcome: Newton's method ends nowhere, the means do."""
    rng = np.random.default_rng(6)
    rare, x = (rng.random(500) < 0.02).astype(float), rng.normal(size=500)
    outcome = (rng.random(500) < 1 / (1 + np.exp(1 - x))).astype(float)
    outcome[rare == 1] = 1.0 if separated else np.arange(rare.sum()) % 2
    matrix = np.column_stack([np.ones(500), rare, x])
    found = augmented_weighting._predict(matrix, outcome, matrix, binary=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = sm.GLM(outcome, matrix, family=sm.families.Binomial()).fit().predict(matrix)
    assert found == pytest.approx(expected, rel=1e-8)
    assert (found[rare == 1].min() > 1 - 1e-6) == separated
