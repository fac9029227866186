"""Comparisons at one and the same moment, as a company's tables give them: a landmark, a purchase with enough points, the
end of a term.

In every scenario e is the effect, and who is compared stood in the same place on the same day.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

EXPOSURE = "observational.doubly_robust:estimate_doubly_robust"
LANDMARKS = np.arange(0.5, 4.5, 0.5)
"""Years from the first day at which subscribers are looked at."""

QUARTER = 0.25
SLICES = 3


def draw_landmarks(effect: float, n: int, seed: int) -> Frame:
    """Who has been a customer for long stays longer, and refers more.

    Customer i joins at c_i ~ uniform(0, 4) years and leaves at a hazard of 0.5 exp(1.5 z_i) a year. At each of eight
    landmarks those who subscribe throughout the year from it on are rows; t = 1 if they still do half a year later;
    P(refer) = 0.45 - 0.01 l + 0.35 (sqrt(tenure) - 1) + u_i + e / 100 t, with l the landmark in years (the more customers,
    the fewer newcomers for each) and u_i = -+0.04 for a customer's own leaning.

    Truth: e points. Naive (plain shares over all landmarks): too high by what tenure does.
    """
    rng = np.random.default_rng(seed)
    joined = rng.uniform(0.0, 4.0, n)
    left = joined + rng.exponential(1.0, n) / (0.5 * np.exp(1.5 * rng.normal(size=n)))
    own = rng.choice([-0.04, 0.04], n)
    who, place = np.nonzero((joined[:, None] <= LANDMARKS) & (left[:, None] > LANDMARKS + 1.0))
    at = LANDMARKS[place]
    stayed = (left[who] > at + 1.5).astype(int)
    tenure = at - joined[who]
    chance = 0.45 - 0.01 * at + 0.35 * (np.sqrt(tenure) - 1.0) + own[who] + effect / 100 * stayed
    columns = {
        "unit_id": np.arange(len(who)),
        "treated": stayed,
        "outcome": (rng.random(len(who)) < chance).astype(float),
        "cluster": who,
        "stratum": np.array([f"{landmark:g}" for landmark in LANDMARKS], dtype=object)[place],
        "x_years": tenure,
        "x_root_years": np.sqrt(tenure),
    }
    return simulated_frame("exposure", pd.DataFrame(columns), source="landmarks")


def draw_enough_points(effect: float, n: int, seed: int) -> Frame:
    """Those who have bought much of late redeem sooner, and buy more afterwards.

    Member i buys a_i ~ gamma(1.5) times a week, 0.16 on average, and stands 1 to 6 times at a purchase with enough points.
    Each time r ~ Poisson(8 a_i) is the run-up and y ~ Poisson(44 a_i) the year before it;
    logit P(redeem) = -2 + 0.35 (r - 1.3), and by 4 % a week he leaves:
    purchases after ~ Poisson(a_i (1 + e / 100)^t w), w = weeks of four before he leaves.

    Truth: e per cent. Naive: too high by what those who redeem would have bought anyway, some 20 %.
    """
    return _moments("enough_points", effect, n, seed, planned=0.0)


def draw_rarely_redeemed(effect: float, n: int, seed: int) -> Frame:
    """Some six in a thousand purchases with enough points are redeemed at, and in the first two of six quarters nobody could.

    Member i buys a_i ~ gamma(1.5) times a week, 0.16 on average, 0.7 of it in the first two quarters, and stands 1 to 6
    times at a purchase with enough points, each in a quarter drawn evenly. Run-up and year are as in `draw_enough_points`;
    logit P(redeem) = -5.3 + 0.35 (r - 1.3) from the third quarter on: purchases after ~ Poisson(4 a_i (1 + e / 100)^t).

    Truth: e per cent. Naive: too high by what those who redeem would have bought anyway and by the two quarters.
    """
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(n), rng.integers(1, 7, n))
    quarter = rng.integers(1, 7, len(who))
    open_ = quarter > 2
    rate = rng.gamma(1.5, 0.16 / 1.5, n)[who] * np.where(open_, 1.0, 0.7)
    run_up, year = rng.poisson(8 * rate), rng.poisson(44 * rate)
    redeems = (rng.random(len(who)) < 1 / (1 + np.exp(5.3 - 0.35 * (run_up - 1.3)))) & open_
    bought = rng.poisson(4 * rate * np.where(redeems, 1 + effect / 100, 1.0))
    columns = {
        "unit_id": np.arange(len(who)),
        "treated": redeems.astype(int),
        "outcome": bought.astype(float),
        "cluster": who,
        "stratum": np.array([f"Q{k}" for k in range(7)], dtype=object)[quarter],
        "x_run_up": run_up.astype(float),
        "x_purchases_year": year.astype(float),
    }
    return simulated_frame("exposure", pd.DataFrame(columns), source="rarely_redeemed")


def draw_planned_shopping(effect: float, n: int, seed: int) -> Frame:
    """As `draw_enough_points`; who plans to shop a lot in the coming weeks (one in five, twice the rate) redeems more.

    Plans are in no table. Truth: e. The answer is too high by the plans.
    """
    return _moments("planned_shopping", effect, n, seed, planned=1.0)


def _moments(name: str, effect: float, n: int, seed: int, *, planned: float) -> Frame:
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(n), rng.integers(1, 7, n))
    rate = rng.gamma(1.5, 0.16 / 1.5, n)[who]
    run_up, year = rng.poisson(8 * rate), rng.poisson(44 * rate)
    plans = planned * (rng.random(len(who)) < 0.2)
    redeems = rng.random(len(who)) < 1 / (1 + np.exp(2 - 0.35 * (run_up - 1.3) - plans))
    weeks = np.minimum(rng.exponential(25.0, len(who)), 4.0)
    bought = rng.poisson(rate * (1 + plans) * weeks * np.where(redeems, 1 + effect / 100, 1.0))
    columns = {
        "unit_id": np.arange(len(who)),
        "treated": redeems.astype(int),
        "outcome": bought.astype(float),
        "cluster": who,
        "x_run_up": run_up.astype(float),
        "x_purchases_year": year.astype(float),
    }
    return simulated_frame("exposure", pd.DataFrame(columns), source=name)


def draw_term_runs_out(effect: float, n: int, seed: int) -> Frame:
    """Those who mean to stay sign longer terms; hazards fall with age, and a recession makes everybody leave.

    Customer i signs 6, 12 or 24 months; i's term is over at the age of 1, 2 or 3 of them, on a day spread over 4 years. In
    the quarter before and the quarter after that day the hazard a year is
    0.45 v_i s_m (age + 0.5)^-0.3 (1.5 in the third year) e^[before], v_i ~ gamma(3, 1/3), s_m = 1.2, 1, 0.6.

    Truth: the hazard ratio e, for one and the same customer.
    """
    return _ends("term_runs_out", effect, n, seed, saved_up=0.0)


def draw_departures_saved_up(effect: float, n: int, seed: int) -> Frame:
    """As `draw_term_runs_out`, with one customer in twenty leaving on the very day on which the term ends, whatever e is.

    They decided long before and waited. Truth: e. The answer is too low: it counts the wait as hold.
    """
    return _ends("departures_saved_up", effect, n, seed, saved_up=0.05)


def _ends(name: str, effect: float, n: int, seed: int, *, saved_up: float) -> Frame:
    rng = np.random.default_rng(seed)
    term = rng.choice([0.5, 1.0, 2.0], n)
    end_age: NDArray[np.float64] = term * rng.integers(1, 4, n)
    end_day = rng.uniform(0.5, 4.5, n)
    scale = 0.45 * rng.gamma(3.0, 1 / 3, n) * np.select([term == 0.5, term == 1.0], [1.2, 1.0], 0.6)
    here, parts = np.ones(n, dtype=bool), []
    step = QUARTER / SLICES
    for begins in np.arange(-SLICES, SLICES) * step:
        inside = begins < -step / 2
        if abs(begins) < step / 2:
            going = here & (rng.random(n) < saved_up)
            parts.append(_part(going, end_day, 0.001 * np.ones(n), going, end_age, term, inside=False))
            here &= ~going
        age, day = end_age + begins + step / 2, end_day + begins
        hazard = scale * (age + 0.5) ** -0.3 * np.where((day > 2) & (day < 3), 1.5, 1.0) * (effect if inside else 1.0)
        life = rng.exponential(1.0, n) / hazard
        parts.append(_part(here, day, np.minimum(life, step), life < step, age, term, inside=inside))
        here &= life >= step
    table = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
    table.insert(0, "unit_id", np.arange(len(table)))
    return simulated_frame("spells", table, source=name)


def _part(
    here: NDArray[np.bool_],
    day: NDArray[np.float64],
    length: NDArray[np.float64],
    left: NDArray[np.bool_],
    age: NDArray[np.float64],
    term: NDArray[np.float64],
    *,
    inside: bool,
) -> dict[str, NDArray]:
    return {
        "entry_years": day[here],
        "duration_years": (day + length)[here],
        "event": left[here].astype(int),
        "stratum": np.array([f"{12 * months:g} months" for months in term[here]], dtype=object),
        "cluster": np.flatnonzero(here),
        "x_in_contract": np.full(int(here.sum()), float(inside)),
        "x_log_age": np.log(age[here]),
    }


_CONTRACT = {"quantity": "hazard_ratio_in_contract", "term": "x_in_contract"}

SCENARIOS = (
    Scenario(
        name="landmarks",
        claim="satisfied-customers-refer",
        quantity="stayer_referral_gap",
        frame="exposure",
        estimator=EXPOSURE,
        draw=draw_landmarks,
        n=1_500,
        trap="people of longer tenure refer more, and stay",
        options={"quantity": "stayer_referral_gap"},
    ),
    Scenario(
        name="enough_points",
        claim="redemption-lifts-purchases",
        quantity="purchase_change_after",
        frame="exposure",
        estimator=EXPOSURE,
        draw=draw_enough_points,
        n=800,
        trap="those who have bought much of late redeem sooner, and buy more afterwards",
        options={"quantity": "purchase_change_after"},
    ),
    Scenario(
        name="rarely_redeemed",
        claim="redemption-lifts-purchases",
        quantity="purchase_change_after",
        frame="exposure",
        estimator=EXPOSURE,
        draw=draw_rarely_redeemed,
        n=4_000,
        trap="hardly anybody redeems, in the first quarters nobody could, and who does has bought much of late",
        options={"quantity": "purchase_change_after"},
        replications=250,
    ),
    Scenario(
        name="planned_shopping",
        claim="redemption-lifts-purchases",
        quantity="purchase_change_after",
        frame="exposure",
        estimator=EXPOSURE,
        draw=draw_planned_shopping,
        n=800,
        broken="nothing else that moves purchases goes with redeeming: who plans to shop redeems",
        options={"quantity": "purchase_change_after"},
    ),
    Scenario(
        name="term_runs_out",
        claim="lock-in-retains",
        quantity="hazard_ratio_in_contract",
        frame="spells",
        estimator="survival.cause_specific_hazard:estimate_cause_specific_hazard",
        draw=draw_term_runs_out,
        n=1_200,
        options=_CONTRACT,
    ),
    Scenario(
        name="departures_saved_up",
        claim="lock-in-retains",
        quantity="hazard_ratio_in_contract",
        frame="spells",
        estimator="survival.cause_specific_hazard:estimate_cause_specific_hazard",
        draw=draw_departures_saved_up,
        n=1_200,
        broken="customers leave when they want to: some wait for the day on which the term ends",
        options=_CONTRACT,
    ),
)
