"""The Bass model on an adoption curve: innovation, imitation, and why a positive coefficient proves no word of mouth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import around, scaled
from analysis.frames import Frame

QUANTITY = "imitation_coefficient"
FEWEST_PERIODS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class BassFit:
    """Bass model fitted to cumulative adoptions.

    Attributes
    ----------
    p, q : float
        Coefficients of innovation and imitation, per period.
    market : float
        Market potential, in adopters.
    p_error, q_error : float
        Standard errors.
    df : int
        Periods less parameters.
    """

    p: float
    q: float
    market: float
    p_error: float
    q_error: float
    df: int


def bass_share(t: np.ndarray, p: float, q: float, start: float = 0.0) -> np.ndarray:
    """Share of the market that has adopted t periods after a share `start` had.

    Solution of dF/dt = (p + q F)(1 - F) with F(0) = start (Bass 1969, Management Science 15, 215-227; his equation for
    start = 0).

    Examples
    --------
    Without imitation the rest shrinks by exp(-p) a period; at the start nobody has adopted:

    >>> import numpy as np
    >>> bass_share(np.array([0.0, 1.0]), p=np.log(2), q=0.0).round(6).tolist()
    [0.0, 0.5]
    """
    decay = np.exp(-(p + q) * np.asarray(t, float))
    push, left = p + q * start, 1 - start
    found: np.ndarray = (push - p * left * decay) / (push + q * left * decay)
    return found


def fit_bass(
    n_total: np.ndarray, n_before: float = 0.0, market: float | None = None, *, to_totals: bool = False
) -> BassFit:
    """Fit the Bass model to the adoptions of each period by nonlinear least squares.

    Each period's adoptions are compared with m (F(t) - F(t - 1)) (Srinivasan & Mason 1986, Marketing Science 5, 169-178):
    running totals carry the errors of all periods before, and standard errors from them are far too small.

    Parameters
    ----------
    n_total : numpy.ndarray
        Adoptions up to and with each period, in order.
    n_before : float
        Adoptions before the first period; 0 if it is the launch.
    market : float
        Market potential where it is known; None: estimated.
    to_totals : bool
        True: fit the running totals all the same, as R's netdiffuseR does.

    Raises
    ------
    FrameMistake
        If there are fewer than eight periods, or no curve fits.
    """
    from scipy.optimize import curve_fit

    n_total = np.asarray(n_total, float)
    if len(n_total) < FEWEST_PERIODS:
        raise FrameMistake(
            f"`n_total` must hold at least {FEWEST_PERIODS} periods for three parameters; got {len(n_total)}."
        )
    scale = float(n_total.max())
    t = np.arange(1, len(n_total) + 1, dtype=float)

    def curve(t: np.ndarray, p: float, q: float, *rest: float) -> np.ndarray:
        m = rest[0] if rest else market / scale  # type: ignore[operator]
        total = m * bass_share(t, p, q, n_before / scale / m)
        found: np.ndarray = total if to_totals else np.diff(total, prepend=n_before / scale)
        return found

    free = market is None
    begin, upper = [0.01, 0.3], [5.0, 20.0]
    lower = [1e-9, 1e-9]
    if free:
        # The potential is not below what has been sold already.
        begin, lower, upper = [*begin, 1.2], [*lower, 1.0], [*upper, 100.0]
    seen = n_total if to_totals else np.diff(n_total, prepend=n_before)
    try:
        params, covariance = curve_fit(curve, t, seen / scale, p0=begin, bounds=(lower, upper), max_nfev=20_000)
    except RuntimeError as fault:
        raise FrameMistake(f"No Bass curve fits these {len(n_total)} periods: {fault}.") from fault
    errors = np.sqrt(np.diag(covariance))
    return BassFit(
        p=float(params[0]),
        q=float(params[1]),
        market=float(params[2]) * scale if free else float(market),  # type: ignore[arg-type]
        p_error=float(errors[0]),
        q_error=float(errors[1]),
        df=len(seen) - len(params),
    )


def estimate_imitation(frame: Frame, claim: Claim, *, periods_per_year: float = 1.0) -> tuple[Estimate, ...]:
    """Coefficient of imitation of each product, a year: always beside the claim, never an answer.

    q is positive for any curve that first speeds up: incomes that grow, prices that fall or shops that open bend the
    curve the same way as talk does (Van den Bulte & Stremersch 2004, Marketing Science 23, 530-544).

    Parameters
    ----------
    frame : Frame
        ``diffusion_curve``; each product has at least eight periods.
    claim : Claim
        Registers ``imitation_coefficient``.
    periods_per_year : float
        Periods in a year, above 0.
    """
    if not periods_per_year > 0:
        raise ParameterMistake(f"`periods_per_year` must be above 0; got {periods_per_year!r}.")
    found = []
    for product, rows in frame.table.sort_values("period").groupby("product", sort=True):
        before = float(rows["n_total"].iloc[0] - rows["n_new"].iloc[0])
        fit = fit_bass(rows["n_total"].to_numpy(), before)
        estimate = make_estimate(
            frame,
            claim,
            QUANTITY,
            **scaled(around(fit.q, fit.q_error, fit.df), periods_per_year),
            n=len(rows),
            method=f"Bass model fitted to the adoptions of {product} in each period (nonlinear least squares)",
            role=Role.CONTEXT,
            assumptions=("nothing but talk made adoption speed up",),
        )
        found.append(replace(estimate, design=Design.MODEL))
    return tuple(found)
