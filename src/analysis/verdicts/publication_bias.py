"""Whether small studies say more than large ones: Egger's test, and the mean with the missing studies filled in."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.core.results import Estimate
from analysis.core.wording import number
from analysis.verdicts.synthesise import standard_error, transform

FEWEST_STUDIES = 10
"""Below this the test cannot tell (Sterne et al. 2011, BMJ 343, d4002)."""

SUSPICIOUS = 0.1
"""Level of Egger's test: its power is low, and a tenth is customary (Egger et al. 1997, BMJ 315, 629-634)."""


def egger(effects: Sequence[float], errors: Sequence[float]) -> tuple[float, float]:
    """Intercept of effect / error on 1 / error, and its two-sided p.

    Examples
    --------
    Small studies that say more (effect 1 + error, without noise) have the intercept 1:

    >>> errors = [0.1, 0.2, 0.3, 0.4, 0.5]
    >>> round(egger([1 + e for e in errors], errors)[0], 6)
    1.0
    """
    import numpy as np
    import statsmodels.api as sm

    e = np.asarray(errors, dtype=float)
    fit = sm.OLS(np.asarray(effects) / e, sm.add_constant(1 / e)).fit()
    return float(fit.params[0]), float(fit.pvalues[0])


def trim_and_fill(effects: Sequence[float], errors: Sequence[float]) -> tuple[float, int]:
    """Random-effects mean with the mirror images of the most extreme studies filled in, and how many there are.

    Estimator L0 of Duval & Tweedie (2000, Biometrics 56, 455-463), on the side on which Egger's intercept lies.

    Examples
    --------
    A symmetric funnel misses none:

    >>> trim_and_fill([-2, -1, 0, 1, 2], [1, 1, 1, 1, 1])[1]
    0
    """
    import numpy as np
    from scipy.stats import rankdata

    y, v = np.asarray(effects, dtype=float), np.asarray(errors, dtype=float) ** 2
    side = -1.0 if egger(effects, errors)[0] < 0 else 1.0
    order = np.argsort(side * y, kind="stable")
    y, v = side * y[order], v[order]
    n, missing = len(y), 0
    for _ in range(n):
        centre = _mean(y[: n - missing], v[: n - missing])
        away = y - centre
        ranks = rankdata(np.abs(away))
        t_n = float(ranks[away > 0].sum())
        found = max(0, min(n - 2, round((4 * t_n - n * (n + 1)) / (2 * n - 1))))
        if found == missing:
            break
        missing = found
    centre = _mean(y[: n - missing], v[: n - missing])
    extreme = slice(n - missing, n)
    filled = _mean(np.append(y, 2 * centre - y[extreme]), np.append(v, v[extreme]))
    return float(side * filled), missing


def _mean(y, v) -> float:  # type: ignore[no-untyped-def]
    import numpy as np
    from statsmodels.stats.meta_analysis import combine_effects

    with np.errstate(divide="ignore", invalid="ignore"):
        return float(combine_effects(y, v, method_re="iterated").mean_effect_re)


def publication_bias_in_words(estimates: Sequence[Estimate]) -> tuple[str, bool]:
    """Say what can be said of publication bias among published Estimates of one quantity, and whether it costs a step.

    Parameters
    ----------
    estimates : sequence of Estimate
        With bounded intervals, from studies of their own.
    """
    k = len(estimates)
    if k < FEWEST_STUDIES:
        return (
            f"Publication bias could not be judged: it takes {FEWEST_STUDIES} studies with intervals, and there "
            f"{'is' if k == 1 else 'are'} {k}.",
            False,
        )
    forward, back = transform(estimates[0].scale)
    effects = [forward(float(e.value or 0)) for e in estimates]
    errors = [standard_error(e, forward) for e in estimates]
    intercept, p = egger(effects, errors)
    mean, missing = trim_and_fill(effects, errors)
    told = (
        f"Publication bias in {k} studies: Egger's intercept {number(intercept)} (p = {number(p, 2)}); with {missing} missing "
        f"studies filled in the mean is {number(back(mean))}."
    )
    return told, p < SUSPICIOUS
