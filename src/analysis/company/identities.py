"""One customer, one id: ids of several products joined by a crosswalk, compared in small letters, hashed if asked."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import ibis
from pydantic import ConfigDict, Field

from analysis.company import toml_rules as rules
from analysis.core.reading import must

CUSTOMER_IDS = ("customer_id", "referrer_id", "referred_id", "referred_by")
KEY_VARIABLE = "RETENTION_ID_KEY"
SEVERAL = "customer_id stands for several customers in the crosswalk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """A file in which two products' ids of one customer stand side by side.

    Attributes
    ----------
    file, from_, to : str
        The file, its column with the ids that are replaced, its column with those that take their place.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    file: rules.Text
    from_: Annotated[rules.Text, Field(alias="from")]
    to: rules.Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Ids:
    """How customers' ids are read: the ``[ids]`` section.

    Attributes
    ----------
    small_letters : bool
        True: ids that differ in capitals only are one customer (e-mail addresses).
    hashed : bool
        True: ids are replaced by a hash (SHA-256, with the key in the environment variable KEY_VARIABLE if it is set) in
        the first step that reads them.
    crosswalk : tuple of Crosswalk
    """

    small_letters: rules.Flag = False
    hashed: rules.Flag = False
    crosswalk: Annotated[
        tuple[Crosswalk, ...],
        rules.as_list,
        must('be { file = "...", from = "their id", to = "the customer" }, or a list of such'),
    ] = ()

    @property
    def change(self) -> bool:
        """Whether any id is read otherwise than it stands."""
        return self.small_letters or self.hashed or bool(self.crosswalk)


def plain_id(value: Any, ids: Ids) -> Any:
    """An id as it is compared: a text without blanks round it, in small letters if asked; null where it is empty."""
    text = value.cast("string").re_replace("^[ \t]+|[ \t]+$", "")
    return (text.lower() if ids.small_letters else text).nullif("")


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def convert_to(text: str, encoding: str) -> bytes:  # type: ignore[empty-body]
    """PostgreSQL's own."""


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def sha256(content: bytes) -> bytes:  # type: ignore[empty-body]
    """PostgreSQL's own."""


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def encode(content: bytes, form: str) -> str:  # type: ignore[empty-body]
    """PostgreSQL's own."""


def digest(value: Any, *, postgres: bool = False) -> Any:
    """SHA-256 of a text with the key before it, in hexadecimal digits; null where the text is."""
    keyed = ibis.literal(os.environ.get(KEY_VARIABLE, "")) + value
    # Ibis has no digest for PostgreSQL, whose own functions do the same.
    return encode(sha256(convert_to(keyed, "UTF8")), "hex") if postgres else keyed.hexdigest("sha256")


def with_identities(
    table: Any, columns: tuple[str, ...], ids: Ids, crosswalk: Callable[[Crosswalk], Any], *, postgres: bool = False
) -> tuple[Any, Any]:
    """Turn the customers' ids of a mapped table into the company's.

    Parameters
    ----------
    table : ibis Table
    columns : tuple of str
        Its columns that name customers.
    ids : Ids
    crosswalk : callable
        Gives the table with the columns `from__` and `to__` of a crosswalk.
    postgres : bool
        Whether the engine is PostgreSQL.

    Returns
    -------
    tuple
        The table, and where an id of it stands for several customers.
    """
    doubt = ibis.literal(False)
    table = table.mutate(**{name: plain_id(table[name], ids) for name in columns})
    for number, walk in enumerate(ids.crosswalk):
        pairs = crosswalk(walk)
        pairs = pairs.select(from__=plain_id(pairs["from__"], ids), to__=plain_id(pairs["to__"], ids))
        pairs = pairs.filter(pairs["from__"].notnull() & pairs["to__"].notnull())
        one = pairs.group_by("from__").aggregate(to__=pairs["to__"].min(), several__=pairs["to__"].nunique() > 1)
        for name in columns:
            mark = f"several__{number}_{name}"
            there = one.rename(**{f"from__{name}": "from__", f"to__{name}": "to__", mark: "several__"})
            joined = table.left_join(there, table[name] == there[f"from__{name}"])
            table = joined.select(
                **{c: joined[c] for c in table.columns if c != name},
                **{name: ibis.coalesce(joined[f"to__{name}"], joined[name]), mark: joined[mark].fill_null(False)},
            )
    marks = [c for c in table.columns if c.startswith("several__")]
    for mark in marks:
        doubt = doubt | table[mark]
    table = table.mutate(several__=doubt).drop(*marks)
    if ids.hashed:
        table = table.mutate(**{name: digest(table[name], postgres=postgres) for name in columns})
    return table, "several__"
