"""Estimators under their standard names, on a plain table: no register, no verdict, the same code as behind the pages.

Each returns `Estimates`: the answer first, then the naive analysis and what stands beside it. Rows must be complete in the
columns used. A parameter is a column of the frame that the estimator reads and names the column of your table; where it is
not given, the column of the same name is taken, and an optional one only if it is there. Where `scale` may be chosen
("percentage points", "difference", "percent", "ratio", "odds ratio"), an outcome of 0 and 1 is contrasted in percentage
points, any other as a difference.

What runs is made from the frames' schemas (`calling`); ``standard.pyi`` says the same to editors, and a test compares them.
"""

from __future__ import annotations

from collections.abc import Callable

from analysis.workbench.calling import catalogue, on_table
from analysis.workbench.on_tables import Estimates


def __getattr__(name: str) -> Callable[..., Estimates]:
    if name in catalogue():
        return on_table(name)
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}; its estimators are {', '.join(sorted(catalogue()))}"
    )


def __dir__() -> list[str]:
    return sorted(catalogue())
