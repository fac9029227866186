"""What changes from week to week, with effects that wear off by themselves, and the log of what happened."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.demo.draws import Draws
from analysis.demo.parameters import CompanyScenario
from analysis.demo.people import People

NEVER = -1


class Log:
    """What happened, table by table, as columns."""

    def __init__(self) -> None:
        self._parts: dict[str, list[dict[str, np.ndarray]]] = defaultdict(list)

    def add(self, table: str, n: int, **columns: object) -> None:
        """Add `n` rows; a column may be one value for all."""
        if n:
            self._parts[table].append({name: np.broadcast_to(np.asarray(c), n) for name, c in columns.items()})

    def table(self, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
        """The rows of a table in order; `columns` are those of one that holds none."""
        parts = self._parts.get(name, [])
        return pd.DataFrame({c: np.concatenate([part[c] for part in parts]) if parts else np.empty(0) for c in columns})


class State:
    """One entry a customer. `hazard`, `rate` and `back` are sums of logs of the effects that are on."""

    def __init__(self, scenario: CompanyScenario, people: People) -> None:
        n = scenario.n_customers
        self.here = np.zeros(n, dtype=bool)
        self.gone_since = np.full(n, NEVER)
        self.spell_start = np.zeros(n, dtype=np.int64)
        self.hazard, self.rate, self.back = np.zeros(n), np.zeros(n), np.zeros(n)
        self.satisfaction = people.satisfaction.copy()
        self.referrer = np.full(n, NEVER)
        self.weight = np.zeros(n)
        self.has_referred = np.zeros(n, dtype=bool)
        self.n_bought = np.zeros(n)
        self.tier = np.full(n, NEVER)
        self.tier_from = np.full(n, NEVER)
        self.next_review = np.full(n, NEVER)
        self.counted, self.points = np.zeros(n), np.zeros(n)
        self.in_club = np.zeros(n, dtype=bool)
        self.n_contacts = np.zeros(n)
        self.signed_off = np.zeros(n, dtype=bool)
        self.ticket_mood = np.zeros(n)
        self._ending: dict[int, list[tuple[np.ndarray, dict[str, np.ndarray]]]] = defaultdict(list)

    def push(self, who: np.ndarray, week: int, weeks: int, **logs: object) -> None:
        """Add to the sums of `who` (each once) from the week after `week` on, for so many weeks."""
        if not len(who):
            return
        added = {name: np.broadcast_to(np.asarray(value, dtype=float), len(who)) for name, value in logs.items()}
        for name, value in added.items():
            getattr(self, name)[who] += value
        self._ending[week + weeks + 1].append((who, added))

    def wear_off(self, week: int) -> None:
        """Take away what ends with the beginning of this week."""
        for who, added in self._ending.pop(week, ()):
            for name, value in added.items():
                getattr(self, name)[who] -= value


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A company that is simulated, or has been.

    Attributes
    ----------
    scenario : CompanyScenario
    people : People
    state : State
        In the week that is simulated; afterwards, at the end.
    log : Log
        What happened.
    draws : Draws
        The chance in it.
    """

    scenario: CompanyScenario
    people: People
    state: State
    log: Log
    draws: Draws
