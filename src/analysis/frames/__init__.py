"""Frames: the one-row-per-unit tables that estimators know. ``codebook.toml`` holds their schemas; `spec` finds one by name."""

from __future__ import annotations

from analysis.frames.base import COVARIATE_PREFIX, Column, Context, Frame, FrameSpec
from analysis.frames.codebook import NAMES, spec

__all__ = ["COVARIATE_PREFIX", "NAMES", "Column", "Context", "Frame", "FrameSpec", "spec"]
