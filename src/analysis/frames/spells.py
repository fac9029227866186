"""Frame ``spells``: a spell of being a customer."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="spells",
    row="a spell of being a customer",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "entry_years": Column(
            kind="float", meaning="age of the spell when observation began (left truncation), years", low=0
        ),
        "duration_years": Column(
            kind="float", meaning="age of the spell when it ended or observation did, years", low=0
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
