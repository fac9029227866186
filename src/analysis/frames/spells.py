"""Frame ``spells``: a spell of being a customer."""

from analysis.frames.base import Column, FrameSpec

LOG_AGE = "x_log_age"
"""Covariate of spells whose time runs on the calendar: the logarithm of the spell's age in years."""

SPEC = FrameSpec(
    name="spells",
    row="a spell of being a customer",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "entry_years": Column(
            kind="float",
            meaning="age of the spell when observation began (left truncation), years; with x_log_age, time on the calendar",
            low=0,
        ),
        "duration_years": Column(
            kind="float",
            meaning="age of the spell when it ended or observation did, years; with x_log_age, time on the calendar",
            low=0,
        ),
        "event": Column(
            kind="int", meaning="0 still running (censored), 1 left of own will, 2 and more other causes", low=0
        ),
        "stratum": Column(kind="text", meaning="group with a hazard of its own", optional=True),
        "cluster": Column(kind="int", meaning="customer, where one has several spells", optional=True),
    },
    key=("unit_id",),
    covariates=True,
)
