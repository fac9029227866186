"""The schemas of all frames, read from ``codebook.toml``: a table a frame, a row a column."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from analysis.core.errors import require_one_of
from analysis.frames.base import Column, FrameSpec

_CODEBOOK = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

NAMES = tuple(_CODEBOOK)
"""Every frame there is."""


@cache
def spec(name: str) -> FrameSpec:
    """Return the schema of the frame `name`.

    Raises
    ------
    ParameterMistake
        If there is no such frame.

    Examples
    --------
    >>> spec("segment_revenue").key
    ('period_start', 'segment')
    """
    require_one_of("frame", name, NAMES)
    entry = _frozen(_CODEBOOK[name])
    columns = {label: Column(**_frozen(rules)) for label, rules in entry.pop("columns").items()}
    return FrameSpec(name=name, columns=columns, **entry)


def _frozen(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
