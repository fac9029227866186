"""What became of the rows of a public file that is filtered in pandas: counted by reason, as a company's tables are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from analysis.company.ledger import Entry, LeftOut

if TYPE_CHECKING:
    import pandas as pd

Rule = tuple[str, "Callable[[pd.DataFrame], pd.Series]"]
"""Why rows are left out, and which of those that are still there."""

_ENTRIES: dict[str, dict[str, Entry]] = {}


def kept(source: str, name: str, counted: str, table: pd.DataFrame, *rules: Rule) -> pd.DataFrame:
    """Return the rows that break no rule, and enter the others in the ledger of the source by the first that they break.

    Parameters
    ----------
    source, name : str
        Name of the source; the frame or step for which rows are left out.
    counted : str
        What the rows are ("answers").
    *rules : (str, callable)
        A reason, and a function from the rows that are left to a mask of those to leave out.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"who": ["a", "a", "b"], "score": [9, 9, None]})
    >>> rules = (("no score", lambda t: t["score"].isna()), ("second answer", lambda t: t.duplicated("who")))
    >>> kept("doctest", "scores", "answers", answers, *rules)["who"].tolist()
    ['a']
    >>> [(item.reason, item.rows, item.example_row) for item in entries_of("doctest")[0].left_out]
    [('no score', 1, 3), ('second answer', 1, 2)]
    """
    import pandas as pd

    n, numbered = len(table), isinstance(table.index, pd.RangeIndex) and table.index.start == 0
    left_out = []
    for reason, breaks in rules:
        broken = breaks(table).astype(bool)
        if broken.any():
            example = int(broken.idxmax()) + 1 if numbered else None
            left_out.append(LeftOut(reason=reason, rows=int(broken.sum()), example_row=example))
            table = table[~broken]
    entry = Entry(name=name, counted=counted, rows_in=n, rows_used=len(table), left_out=tuple(left_out))
    _ENTRIES.setdefault(source, {})[name] = entry
    return table


def entries_of(source: str) -> tuple[Entry, ...]:
    """Entries of a source, as far as its rows have been filtered in this process."""
    return tuple(_ENTRIES.get(source, {}).values())
