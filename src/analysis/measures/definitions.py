"""Definitions of "retained after so many months": the choices behind one answer, each in words."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.core.errors import ParameterMistake, require_one_of

CHOICES = {
    "active": ("in", "in or later", "by then"),
    "average": ("pooled", "mean of cohorts"),
    "cohort": ("month", "week"),
    "clock": ("calendar", "own"),
    "rows": ("all", "paid"),
}
"""Choices that an analyst may defend, the usual one first; their combinations are the range that the audit shows."""

FIRST_PURCHASE = ("whole log", "before the filter", "after the filter")
OF = ("won", "active before")

IN_WORDS = {
    ("active", "in"): "active in that very period",
    ("active", "in or later"): "active then or later (rolling)",
    ("active", "by then"): "back at least once by then",
    ("average", "mean of cohorts"): "mean of the cohorts' rates",
    ("average", "pooled"): "all customers pooled",
    ("cohort", "week"): "by the week, the same time on",
    ("cohort", "month"): "by the month",
    ("clock", "own"): "each customer's own clock, months of 30 days",
    ("clock", "calendar"): "calendar periods",
    ("rows", "paid"): "occasions without payment left out",
    ("rows", "all"): "every occasion counts",
    ("of", "active before"): "of those active the month before (the articles' formula)",
    ("first_purchase", "before the filter"): "only customers won since the date filter",
    ("first_purchase", "after the filter"): "the same, first purchase sought after the filter",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One definition of "retained after so many months".

    Attributes
    ----------
    active : str
        "in": bought in that very period (bounded). "in or later": in it or in any later whole period (rolling). "by
        then": came back at least once up to the end of that period.
    average : str
        "pooled": all customers together. "mean of cohorts": every cohort counts the same.
    cohort : str
        "month" or "week": period of the cohorts *and* of the activity.
    clock : str
        "calendar": periods of the calendar. "own": 30 or 7 days each, counted from the customer's first purchase.
    rows : str
        "all": every purchase occasion. "paid": occasions of 0 or less (gifts, net returns) are no purchases.
    of : str
        "won": of all customers ever won. "active before": of those who were active in the period before.
    first_purchase : str
        "whole log": no filter. "before the filter": first purchases are found in the whole log, then customers won
        before the filter are left out. "after the filter": rows before the filter are cut off first; the bug.

    Raises
    ------
    ParameterMistake
        If a choice is not one of these.
    """

    active: str = "in"
    average: str = "pooled"
    cohort: str = "month"
    clock: str = "calendar"
    rows: str = "all"
    of: str = "won"
    first_purchase: str = "whole log"

    def __post_init__(self) -> None:
        allowed = CHOICES | {"of": OF, "first_purchase": FIRST_PURCHASE}
        for name, choices in allowed.items():
            require_one_of(name, getattr(self, name), choices)
        if self.of == "active before" and self.active != "in":
            raise ParameterMistake(
                f"`of` = 'active before' goes with `active` = 'in' only; got {self.active!r}: who was active before has "
                "already come back."
            )


def in_words(definition: Definition) -> str:
    """Say every choice of a definition."""
    return "; ".join(IN_WORDS[name, getattr(definition, name)] for name in CHOICES)
