"""Good and bad word over a network of contacts: a scenario in which one can cut the one, raise the other, and count customers.

A small-scenario network in the manner of Watts & Strogatz (1998, Nature 393, 440-442) with a good and a bad word that travel on
it, after the idea of Goldenberg, Libai, Moldovan & Muller (2007, IJRM 24, 186-200). Its parameters are assumptions: it shows
under which of them a claim about talk would hold, and is no evidence that it does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import t

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import INTERVAL_LEVEL

CHANCES = ("rewired", "customers_at_start", "speak_well", "speak_badly", "buy_alone", "good_word", "bad_word", "repeat")
"""Fields of a scenario that lie between 0 and 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkScenario:
    """One set of assumptions about who hears whom and what a word does.

    Attributes
    ----------
    n_people : int
        People in the market, more than `n_contacts`.
    n_contacts : int
        How many others each person hears from, even, 2 or more: the nearest on a ring.
    rewired : float
        Share of contacts replaced by a person picked at random, 0 to 1: 0 is a ring, 1 a random network.
    n_periods : int
        Periods until customers are counted, 1 or more.
    customers_at_start : float
        Chance that a person is a customer before the first period, 0 to 1.
    speak_well, speak_badly : float
        Chance that somebody speaks well, or badly, once a customer; together 1 at most, the rest keeps silent.
    buy_alone : float
        p: chance of buying in a period without having heard a word, 0 to 1.
    good_word : float
        q: chance that one contact who speaks well makes a person buy in a period, 0 to 1.
    bad_word : float
        r: chance that one contact who speaks badly puts a person off for good in a period, 0 to 1.
    repeat : float
        Chance that a person who was put off passes the bad word on, 0 to 1.
    """

    n_people: int = 1_000
    n_contacts: int = 6
    rewired: float = 0.2
    n_periods: int = 10
    customers_at_start: float = 0.1
    speak_well: float = 0.3
    speak_badly: float = 0.1
    buy_alone: float = 0.01
    good_word: float = 0.1
    bad_word: float = 0.1
    repeat: float = 0.0

    def __post_init__(self) -> None:
        for name in CHANCES:
            if not 0 <= getattr(self, name) <= 1:
                raise ParameterMistake(f"`{name}` must be a chance between 0 and 1; got {getattr(self, name)!r}.")
        if self.speak_well + self.speak_badly > 1:
            raise ParameterMistake(
                "`speak_well` and `speak_badly` must add up to 1 at most, nobody does both; got "
                f"{self.speak_well!r} and {self.speak_badly!r}."
            )
        if self.n_contacts < 2 or self.n_contacts % 2 or self.n_contacts >= self.n_people:
            raise ParameterMistake(
                f"`n_contacts` must be even, 2 or more and below `n_people` ({self.n_people!r}); got {self.n_contacts!r}."
            )
        if self.n_periods < 1:
            raise ParameterMistake(f"`n_periods` must be 1 or more; got {self.n_periods!r}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkGains:
    """What cutting bad talk and raising good talk by as many points brings in one scenario.

    Attributes
    ----------
    ratio : float
        Gain per point of bad talk cut over gain per point of good talk raised; nan if raising it brings nothing.
    low, high : float
        Interval of `ratio` over runs: the doubt of the simulation, not of its assumptions.
    per_point_cut, per_point_raised : float
        Customers gained, in percentage points of the people, per percentage point of talk.
    n_runs : int
        Simulated networks.
    """

    ratio: float
    low: float
    high: float
    per_point_cut: float
    per_point_raised: float
    n_runs: int


def simulate_customers(scenario: TalkScenario, *, seed: int, n_runs: int) -> np.ndarray:
    """Share of people who are customers after the last period, one number a run.

    In every period each person who is neither a customer nor put off hears g contacts who speak well (customers) and b who
    speak badly (customers, and those put off who repeat it). The bad word comes first:

        P(put off) = 1 - (1 - r)^b,    P(buys | not put off) = 1 - (1 - p) (1 - q)^g

    All change state at once at the end of the period. Customers never leave, and the put off never come back.

    Truth without bad talk and without good talk after T periods: 1 - (1 - s)(1 - p)^T, with s the customers at the start.

    Parameters
    ----------
    scenario : TalkScenario
    seed : int
        Seed of all draws. Scenarios that differ only in chances share their draws run by run, so that differences between
        them are differences of the scenarios.
    n_runs : int
        Networks to simulate, 1 or more.
    """
    if n_runs < 1:
        raise ParameterMistake(f"`n_runs` must be 1 or more; got {n_runs!r}.")
    streams = np.random.SeedSequence(seed).spawn(n_runs)
    return np.array([_one_run(scenario, np.random.default_rng(stream)) for stream in streams])


def compare_gains(
    scenario: TalkScenario, *, points: float = 5.0, n_runs: int, seed: int, level: float = INTERVAL_LEVEL
) -> TalkGains:
    """Cut bad talk by so many points, raise good talk by as many, and compare the customers each brings.

    Parameters
    ----------
    scenario : TalkScenario
        The scenario before; its `speak_badly` must leave room for the cut, and those who keep silent for the rise.
    points : float
        Percentage points of customers by which talk is moved, above 0.
    n_runs : int
        Simulated networks, 2 or more.
    seed : int
        Seed of all draws.
    level : float
        Level of the interval.

    Notes
    -----
    Over runs, ratio of the two mean gains; interval by linearising the ratio (the two gains of a run are paired).
    """
    step = points / 100
    if not 0 < step <= scenario.speak_badly or n_runs < 2:
        raise ParameterMistake(
            f"`points` must be above 0 and at most the {100 * scenario.speak_badly:g} that speak badly, `n_runs` 2 or more; "
            f"got {points!r} and {n_runs!r}."
        )
    before = simulate_customers(scenario, seed=seed, n_runs=n_runs)
    less_bad = replace(scenario, speak_badly=scenario.speak_badly - step)
    more_good = replace(scenario, speak_well=scenario.speak_well + step)
    cut = simulate_customers(less_bad, seed=seed, n_runs=n_runs) - before
    raised = simulate_customers(more_good, seed=seed, n_runs=n_runs) - before
    ratio, half = np.nan, np.nan
    if raised.mean() > 0:
        ratio = cut.mean() / raised.mean()
        error = (cut - ratio * raised).std(ddof=1) / np.sqrt(n_runs) / raised.mean()
        half = t.ppf(0.5 + level / 2, n_runs - 1) * error
    return TalkGains(
        ratio=float(ratio),
        low=float(ratio - half),
        high=float(ratio + half),
        per_point_cut=float(cut.mean() / step),
        per_point_raised=float(raised.mean() / step),
        n_runs=n_runs,
    )


def hears_from(scenario: TalkScenario, rng: np.random.Generator) -> np.ndarray:
    """Draw whom each person hears from: a column a person, a row a contact; nobody hears himself."""
    n, half = scenario.n_people, scenario.n_contacts // 2
    steps = np.concatenate([np.arange(1, half + 1), -np.arange(1, half + 1)])
    near = np.broadcast_to(steps[:, None], (scenario.n_contacts, n))
    anywhere = rng.integers(1, n, size=near.shape)
    moved = rng.random(near.shape) < scenario.rewired
    contacts: np.ndarray = (np.arange(n) + np.where(moved, anywhere, near)) % n
    return contacts


def _one_run(scenario: TalkScenario, rng: np.random.Generator) -> float:
    """One network from start to end. Every draw is made whatever the chances are, so that scenarios share them."""
    n = scenario.n_people
    contacts = hears_from(scenario, rng)
    customer = rng.random(n) < scenario.customers_at_start
    # One draw decides what a person says: the ends of the line, so that moving one share leaves the other as it was.
    word = rng.random(n)
    speaks_badly, speaks_well = word < scenario.speak_badly, word >= 1 - scenario.speak_well
    repeats = rng.random(n) < scenario.repeat
    put_off = np.zeros(n, dtype=bool)
    for _ in range(scenario.n_periods):
        resists, holds_back = rng.random(n), rng.random(n)
        n_good = (customer & speaks_well)[contacts].sum(axis=0)
        n_bad = ((customer & speaks_badly) | (put_off & repeats))[contacts].sum(axis=0)
        undecided = ~customer & ~put_off
        off = undecided & (resists < 1 - (1 - scenario.bad_word) ** n_bad)
        buys = undecided & ~off & (holds_back < 1 - (1 - scenario.buy_alone) * (1 - scenario.good_word) ** n_good)
        customer, put_off = customer | buys, put_off | off
    return float(customer.mean())
