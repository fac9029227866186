"""Aggregates of several tables from one query: to put a query together takes longer than the engine needs for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis

Ask = tuple[Any, Mapping[str, Any], str]
"""A table; name to aggregate, a number or a yes or no; the column by whose texts rows are grouped, empty for all together."""


def asked_together(asks: Sequence[Ask]) -> list[list[dict[str, Any]]]:
    """The answers of each ask, one dict a group: name to number (1 or 0 for yes or no, nan where unknown), the text of the
    group under the name of its column."""
    if not asks:
        return []
    width = max(len(wanted) for _, wanted, _ in asks)
    found = ibis.union(*(_part(place, ask, width) for place, ask in enumerate(asks))).execute()
    answers: list[list[dict[str, Any]]] = [[] for _ in asks]
    for row in found.to_dict("records"):
        place = int(row["place"])
        _, wanted, group = asks[place]
        told = {name: row[f"v{i}"] for i, name in enumerate(wanted)}
        answers[place].append(told | ({group: row["text"]} if group else {}))
    return answers


def _part(place: int, ask: Ask, width: int) -> Any:
    table, wanted, group = ask
    named = {f"v{i}": _number(value) for i, value in enumerate(wanted.values())}
    sums = table.group_by(group).aggregate(**named) if group else table.aggregate(**named)
    nothing = ibis.null("float64")
    values = {f"v{i}": sums[f"v{i}"] if i < len(wanted) else nothing for i in range(width)}
    return sums.select(place=ibis.literal(place, "int64"), text=sums[group] if group else ibis.null("string"), **values)


def _number(value: Any) -> Any:
    if value.type().is_boolean():  # not every engine casts one to the other
        value = ibis.cases((value, 1), (~value, 0), else_=ibis.null("int64"))
    return value.cast("float64")
