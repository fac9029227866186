"""Customer-value and diffusion models: numbers in, frozen results out, one model a file, one function to fit it.

This file is the table of contents; a name is imported from its module on first use, so that ``import analysis.models``
costs nothing. Rows are distinct (frequency, recency, ...) patterns weighted by `n_customers`; time has no unit of its
own: parameters and predictions are in the unit of the input.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

CONTENTS = {
    "ModelFit": "fit",
    "ModelNotIdentified": "fit",
    "fit_bg_nbd": "bg_nbd",
    "fit_mbg_nbd": "mbg_nbd",
    "fit_pareto_nbd": "pareto_nbd",
    "fit_bg_bb": "bg_bb",
    "fit_gamma_gamma": "gamma_gamma",
    "fit_shifted_beta_geometric": "shifted_beta_geometric",
    "split_calibration_holdout": "holdout",
    "annuity_value": "constant_retention_value",
    "readings_of_five_percent": "constant_retention_value",
    "gupta_lehmann_stuart_value": "customer_base_value",
    "best_budget": "acquisition_retention_budget",
    "compare_valence": "valence",
}
"""Public name -> module of this folder."""

__all__ = sorted(CONTENTS)


def __getattr__(name: str) -> Any:
    if name not in CONTENTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{CONTENTS[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *CONTENTS])
