"""How many queries a company's tables were asked, and how long Ibis took to put them together: for who looks for lost time."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

VARIABLE = "RETENTION_DEBUG"
"""Environment variable; with the value "queries", the count is printed."""


@dataclass(slots=True, kw_only=True)
class QueryCount:
    """Queries of one engine so far.

    Attributes
    ----------
    n : int
        Expressions that were computed, tables that were kept among them.
    composing : float
        Seconds in which Ibis put their SQL together, that of tables that were kept included.
    seconds : float
        Seconds in all.
    """

    n: int = 0
    composing: float = 0.0
    seconds: float = 0.0

    def watch(self, backend: Any) -> None:
        """Count what this backend is asked from now on."""
        for name in ("execute", "create_table"):
            setattr(backend, name, self._counted(getattr(backend, name)))
        backend.compile = self._timed(backend.compile)
        backend.compiler = _Timed(backend.compiler, self._timed)  # a table that is kept does not go through `compile`

    def __add__(self, other: QueryCount) -> QueryCount:
        """Queries and seconds of two processes together."""
        return QueryCount(
            n=self.n + other.n, composing=self.composing + other.composing, seconds=self.seconds + other.seconds
        )

    def tell(self) -> None:
        """Print the count to the standard error, if asked to."""
        if os.environ.get(VARIABLE) == "queries":
            sys.stderr.write(
                f"{self.n} queries of own tables: {self.composing:.1f} s to put together, {self.seconds:.1f} s in all\n"
            )

    def _counted(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(ask)
        def asked(*given: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            self.n += 1
            try:
                return ask(*given, **named)
            finally:
                self.seconds += time.perf_counter() - begun

        return asked

    def _timed(self, compose: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(compose)
        def composed(*given: Any, **named: Any) -> Any:
            begun, before = time.perf_counter(), self.composing
            try:
                return compose(*given, **named)
            finally:
                self.composing = before + time.perf_counter() - begun  # what lies within is in it

        return composed


class _Timed:
    """A compiler of which Ibis has one for all backends of a kind, timed for one of them."""

    def __init__(self, compiler: Any, timed: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        self._compiler = compiler
        self.to_sqlglot = timed(compiler.to_sqlglot)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiler, name)
