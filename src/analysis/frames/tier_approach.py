"""Frame ``tier_approach``: a member's week on the way to a threshold."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="tier_approach",
    row="a member's week on the way to a threshold",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "cycle": Column(kind="int", meaning="which run at the threshold, 0 the first", low=0),
        "week": Column(kind="int", meaning="week within the cycle, 0 the first", low=0),
        "progress": Column(kind="float", meaning="share of the way done at the start of the week", low=0, high=1),
        "n_purchases": Column(kind="int", meaning="purchase occasions in the week", low=0),
        "placebo_progress": Column(
            kind="float",
            meaning="the same against a threshold that does not exist",
            low=0,
            optional=True,
            nullable=True,
        ),
    },
    key=("unit_id", "cycle", "week"),
)
