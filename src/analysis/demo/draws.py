"""The chance in a simulated company: for each purpose a stream of its own, so that one effect does not move another's luck."""

from __future__ import annotations

import numpy as np

STREAMS = ("leave", "return", "buy", "amount", "day", "join", "redeem", "ticket", "ticket_kind", "settle", "hours",
           "ask", "answer", "campaign", "arm", "respond", "sign_off", "refer", "reason", "tail", "items")  # fmt: skip


class Draws:
    """Uniform and normal numbers, one a customer, from a stream for each purpose."""

    def __init__(self, seed: int, n: int) -> None:
        self._streams = {name: np.random.default_rng([seed, 1 + k]) for k, name in enumerate(STREAMS)}
        self._n = n

    def uniform(self, purpose: str) -> np.ndarray:
        """One number in [0, 1) a customer."""
        return self._streams[purpose].random(self._n, dtype=np.float32)

    def generator(self, purpose: str) -> np.random.Generator:
        """The stream itself."""
        return self._streams[purpose]

    def normal(self, purpose: str) -> np.ndarray:
        """One standard normal number a customer."""
        return self._streams[purpose].standard_normal(self._n, dtype=np.float32)
