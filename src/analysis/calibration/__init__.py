"""The calibration study: draw scenarios with a known truth, run the estimators, count how often they told the truth."""

from __future__ import annotations

from analysis.calibration.study import Cell, cells_of, count_cell
from analysis.calibration.trials import Trial, draw_seed, run_trial

__all__ = ["Cell", "Trial", "cells_of", "count_cell", "draw_seed", "run_trial"]
