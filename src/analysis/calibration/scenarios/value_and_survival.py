"""What customers are worth and how long they stay: ratios of amounts at equal time at risk, hazards at equal traits.

In every scenario e is the effect.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

VALUE = "observational.value_ratio:estimate_value_ratio"
SPELLS = "survival.cause_specific_hazard:estimate_cause_specific_hazard"


def draw_referred_came_from_rich_regions(effect: float, n: int, seed: int) -> Frame:
    """Referred customers live where customers spend more anyway.

    x ~ N(0, 1) is the region's purchasing power, logit P(referred) = -0.6 + 0.8 x,
    value = B G, B ~ Bernoulli(0.7), G ~ gamma(shape 1.5) with mean exp(4 + 0.3 x) e^t. Truth: the ratio e.
    Naive: ratio of plain means, too high by exp(0.3 times the difference in x), about 1.2.
    """
    return _value("referred_from_rich_regions", effect, n, seed, heavy=False)


def draw_referred_with_whales(effect: float, n: int, seed: int) -> Frame:
    """As `draw_referred_came_from_rich_regions` with amounts of tail index 2.1: a few customers carry the mean."""
    return _value("referred_with_whales", effect, n, seed, heavy=True)


def _value(name: str, effect: float, n: int, seed: int, *, heavy: bool) -> Frame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    t = (rng.random(n) < 1 / (1 + np.exp(0.6 - 0.8 * x))).astype(int)
    factor = (1 + rng.pareto(2.1, n)) * (1.1 / 2.1) if heavy else rng.gamma(1.5, 1 / 1.5, n)
    outcome = (rng.random(n) < 0.7) * np.exp(4 + 0.3 * x) * effect**t * factor
    table = pd.DataFrame({"unit_id": np.arange(n), "treated": t, "outcome": outcome, "x_region": x})
    return simulated_frame("exposure", table, source=name, currency="EUR")


def draw_bound_by_intent(effect: float, n: int, seed: int) -> Frame:
    """Those who mean to stay sign longer terms.

    x ~ N(0, 1) is the stated intent, logit P(bound) = 0.9 x, hazard of leaving 0.4 exp(-0.5 x + ln(e) t) a year, constant.
    Spells began up to 2 years before observation, which lasts 2 years (late entry, right censoring).
    Truth: the hazard ratio e. Naive: too low, by the part that intent plays.
    """
    return _spells("bound_by_intent", effect, n, seed, slope=-0.5)


def draw_referred_fit_better(effect: float, n: int, seed: int) -> Frame:
    """As `draw_bound_by_intent` for referred customers, who fit the offer better (x), seen from their first day."""
    return _spells("referred_fit_better", effect, n, seed, slope=-0.5, late=False)


def draw_slow_answers_to_busy_customers(effect: float, n: int, seed: int) -> Frame:
    """Busy customers write at busy hours, wait longer, and leave less.

    d ~ N(0.6 x, 1) is the logarithm (to base 2) of the time to answer, hazard 0.4 exp(-0.5 x + ln(e) d) a year, seen from
    the first day for 2 years. Truth: the hazard ratio e for each doubling. Naive: too low.
    """
    return _spells("slow_answers_to_busy_customers", effect, n, seed, slope=-0.5, late=False, dose=True)


def draw_first_contact_drives_both(effect: float, n: int, seed: int) -> Frame:
    """What the first contact settles is settled soon, and drives nobody away.

    s ~ Bernoulli(0.5) says that the first contact settled it; d ~ N(-1.5 s, 1) is the logarithm (to base 2) of the time to
    the answer, hazard 0.4 exp(-s + ln(e) d) a year, seen from the first day for 2 years. Truth: the hazard ratio e for each
    doubling at equal s. Naive: too high, by a factor of about 1.3.
    """
    rng = np.random.default_rng(seed)
    settled = (rng.random(n) < 0.5).astype(float)
    doublings = rng.normal(size=n) - 1.5 * settled
    life = rng.exponential(1 / (0.4 * np.exp(math.log(effect) * doublings - settled)))
    table = pd.DataFrame(
        {
            "unit_id": np.arange(n),
            "entry_years": 0.0,
            "duration_years": np.minimum(life, 2.0),
            "event": (life <= 2.0).astype(int),
            "x_exposed": doublings,
            "x_first_contact": settled,
        }
    )
    return simulated_frame("spells", table, source="first_contact_drives_both")


def draw_staying_power_unseen(effect: float, n: int, seed: int) -> Frame:
    """As `draw_bound_by_intent`, with staying power that nobody measured: the hazard is multiplied by v ~ gamma(1, 1).

    Truth: e, for one and the same customer. The answer drifts towards 1, since among the unbound the restless leave first
    (frailty).
    """
    return _spells("staying_power_unseen", effect, n, seed, slope=-0.5, frailty=True)


def _spells(
    name: str,
    effect: float,
    n: int,
    seed: int,
    *,
    slope: float,
    late: bool = True,
    dose: bool = False,
    frailty: bool = False,
) -> Frame:
    rng = np.random.default_rng(seed)
    pool = 3 * n
    x = rng.normal(size=pool)
    t: NDArray[np.float64]
    t = 0.6 * x + rng.normal(size=pool) if dose else (rng.random(pool) < 1 / (1 + np.exp(-0.9 * x))).astype(float)
    hazard = 0.4 * np.exp(slope * x + math.log(effect) * t)
    if frailty:
        hazard = hazard * rng.gamma(1.0, 1.0, pool)
    life = rng.exponential(1 / hazard)
    entry = rng.uniform(0.0, 2.0, pool) if late else np.zeros(pool)
    retained = np.flatnonzero(life > entry)[:n]
    end = np.minimum(life, entry + 2.0)[retained]
    table = pd.DataFrame(
        {
            "unit_id": np.arange(len(retained)),
            "entry_years": entry[retained],
            "duration_years": end,
            "event": (life[retained] <= entry[retained] + 2.0).astype(int),
            "x_exposed": t[retained],
            "x_trait": x[retained],
        }
    )
    return simulated_frame("spells", table, source=name)


def _spell_scenario(
    name: str,
    draw: object,
    claim: str,
    quantity: str,
    n: int,
    *,
    trap: str = "",
    broken: str = "",
    effects: Mapping[str, float] = MappingProxyType({}),
) -> Scenario:
    return Scenario(
        name=name,
        claim=claim,
        quantity=quantity,
        frame="spells",
        estimator=SPELLS,
        draw=draw,  # type: ignore[arg-type]
        n=n,
        trap=trap,
        broken=broken,
        options={"quantity": quantity},
        effects=effects,
    )


def draw_quick_leavers_go_first(effect: float, n: int, seed: int) -> Frame:
    """Customers differ in how ready they are to leave, which is in no table, and are followed for up to five years.

    Customer i comes on a day spread over five years, three in ten are referred, and leaves at a hazard of
    0.31 v_i e^[referred] a year, v_i ~ gamma(3, 1/3).

    Truth: e, the same for every customer. Naive (ratio of rates over the whole follow-up, and so the plain Cox regression):
    nearer to 1, because the quick to leave are sooner gone among those who were not referred.
    """
    rng = np.random.default_rng(seed)
    start, referred = rng.uniform(0, 5, n), rng.random(n) < 0.3
    life = rng.exponential(1.0, n) / (0.31 * rng.gamma(3.0, 1 / 3, n) * np.where(referred, effect, 1.0))
    followed = np.minimum(life, 5 - start)
    columns = {
        "unit_id": np.arange(n),
        "entry_years": np.zeros(n),
        "duration_years": np.ceil(365.25 * followed) / 365.25,
        "event": (life < 5 - start).astype(int),
        "x_exposed": referred.astype(float),
        "x_joined": start,
    }
    return simulated_frame("spells", pd.DataFrame(columns), source="quick_leavers_go_first")


SCENARIOS = (
    Scenario(
        name="quick_leavers_go_first",
        claim="referred-customers-are-worth-more",
        quantity="churn_hazard_ratio",
        frame="spells",
        estimator=SPELLS,
        draw=draw_quick_leavers_go_first,
        n=2_000,
        trap="the quick to leave are sooner gone where more leave, so that those who remain draw alike",
        options={"quantity": "churn_hazard_ratio", "at_start": True},
        effects={"size": 0.6},
        replications=250,
    ),
    Scenario(
        name="referred_from_rich_regions",
        claim="referred-customers-are-worth-more",
        quantity="value_ratio",
        frame="exposure",
        estimator=VALUE,
        draw=draw_referred_came_from_rich_regions,
        n=1_000,
        trap="referred customers live where customers spend more anyway",
        options={"quantity": "value_ratio"},
    ),
    Scenario(
        name="referred_with_whales",
        claim="referred-customers-are-worth-more",
        quantity="value_ratio",
        frame="exposure",
        estimator=VALUE,
        draw=draw_referred_with_whales,
        n=400,
        broken="the mean of a sample is near normal: few customers carry much of the value",
        options={"quantity": "value_ratio"},
    ),
    _spell_scenario(
        "bound_by_intent",
        draw_bound_by_intent,
        "lock-in-retains",
        "hazard_ratio_in_contract",
        400,
        trap="those who mean to stay sign longer terms",
    ),
    _spell_scenario(
        "referred_fit_better",
        draw_referred_fit_better,
        "referred-customers-are-worth-more",
        "churn_hazard_ratio",
        400,
        trap="those who fit the offer are referred to it",
    ),
    _spell_scenario(
        "slow_answers_to_busy_customers",
        draw_slow_answers_to_busy_customers,
        "prompt-response-retains",
        "churn_hazard_ratio_per_doubling",
        400,
        trap="busy customers wait longer and leave less",
    ),
    _spell_scenario(
        "first_contact_drives_both",
        draw_first_contact_drives_both,
        "prompt-response-retains",
        "churn_hazard_ratio_per_doubling",
        400,
        trap="what the first contact settles is settled soon and drives nobody away",
    ),
    _spell_scenario(
        "staying_power_unseen",
        draw_staying_power_unseen,
        "lock-in-retains",
        "hazard_ratio_in_contract",
        400,
        broken="everything that makes customers leave is measured: staying power differs and is not seen",
        effects={"size": 0.5},
    ),
)
