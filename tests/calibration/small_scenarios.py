"""A scenario in which everything is known by hand: the mean of normal amounts, its t interval, and that interval halved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.core.claim import Claim
from analysis.core.results import Estimate
from analysis.estimators.common.building import make_estimate
from analysis.frames import Frame
from analysis.register.claims import load_register

CLAIM = "personalisation-lifts-response"
QUANTITY = "spend_lift"
N = 12


def draw_normal(effect: float, n: int, seed: int) -> Frame:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {"unit_id": np.arange(n), "arm": "a", "assigned": 1, "outcome": rng.normal(effect, 1.0, size=n)}
    )
    return simulated_frame("experiment", table, source="normal_mean")


NORMAL = Scenario(
    name="normal_mean",
    claim=CLAIM,
    quantity=QUANTITY,
    frame="experiment",
    estimator="randomised.intention_to_treat:estimate_intention_to_treat",
    draw=draw_normal,
    n=N,
    effects={"null": 0.0, "smallest": 0.5, "size": 1.0},
)


def t_interval(frame: Frame, claim: Claim) -> tuple[Estimate, ...]:
    """Student's interval: covers in exactly 95 of 100 normal samples, whatever their size."""
    outcome = frame.table["outcome"]
    half = float(t.ppf(0.975, len(outcome) - 1)) * float(outcome.std(ddof=1)) / len(outcome) ** 0.5
    mean = float(outcome.mean())
    return (
        make_estimate(
            frame, claim, QUANTITY, value=mean, low=mean - half, high=mean + half, n=len(outcome), method="mean"
        ),
    )


def halved(frame: Frame, claim: Claim) -> tuple[Estimate, ...]:
    """The same with half the width: for 12 draws it covers with P(|t(11)| < 2.201 / 2) = 70.5 %, about 67 % for many."""
    (whole,) = t_interval(frame, claim)
    assert whole.value is not None and whole.low is not None and whole.high is not None
    return (replace(whole, low=(whole.value + whole.low) / 2, high=(whole.value + whole.high) / 2),)


def z_halved(frame: Frame, claim: Claim) -> tuple[Estimate, ...]:
    """Known variance, half the width of 1.96 errors: covers with P(|z| < 0.98) = 67.3 %."""
    outcome = frame.table["outcome"]
    mean, half = float(outcome.mean()), float(norm.ppf(0.975)) / 2 / len(outcome) ** 0.5
    return (
        make_estimate(
            frame, claim, QUANTITY, value=mean, low=mean - half, high=mean + half, n=len(outcome), method="mean"
        ),
    )


def registered() -> Claim:
    return load_register()[CLAIM]
