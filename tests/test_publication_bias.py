"""Egger's test and the trim against a second derivation and a funnel with a known hole."""

import numpy as np
import pytest

from analysis.publication_bias import egger, trim_and_fill


def test_egger_is_the_textbook_regression():
    rng = np.random.default_rng(5)
    errors = rng.uniform(0.1, 1.0, 15)
    effects = 0.3 + 0.8 * errors + errors * rng.standard_normal(15)
    x, y = 1 / errors, effects / errors
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    assert egger(effects, errors)[0] == pytest.approx(y.mean() - slope * x.mean())


def test_trim_and_fill_finds_about_as_many_as_were_taken_out():
    """Forty studies of no effect, the seven lowest never published: the filled mean lies nearer to none."""
    from statsmodels.stats.meta_analysis import combine_effects

    rng = np.random.default_rng(2)
    found = []
    for _ in range(20):
        errors = rng.uniform(0.05, 1.2, 40)
        effects = errors * rng.standard_normal(40)
        kept = np.argsort(effects)[7:]
        mean, missing = trim_and_fill(effects[kept], errors[kept])
        plain = combine_effects(effects[kept], errors[kept] ** 2, method_re="iterated").mean_effect_re
        found.append((missing, mean, plain))
    missing, filled, plain = np.array(found).T
    assert 3 <= missing.mean() <= 11
    assert np.abs(filled).mean() < 0.7 * np.abs(plain).mean()
