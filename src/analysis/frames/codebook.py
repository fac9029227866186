"""The schemas of all frames, which stand in ``codebook.toml``."""

from __future__ import annotations

from analysis.core.codebook import read_codebook
from analysis.core.errors import require_one_of
from analysis.frames.base import Column, FrameSpec

_SPECS = read_codebook(__file__, FrameSpec, Column)

NAMES = tuple(_SPECS)
"""Every frame there is."""


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
    return _SPECS[name]
