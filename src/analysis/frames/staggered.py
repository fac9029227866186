"""Frame ``staggered``: a unit in a period, in a panel whose units join a programme at different times."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="staggered",
    row="a unit in a period, in a panel whose units join a programme at different times",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "period": Column(kind="int", meaning="period, counted from 0", low=0),
        "joined_period": Column(
            kind="int", meaning="period in which the unit joined; missing if it never did", low=0, nullable=True
        ),
        "outcome": Column(kind="float", meaning="outcome in the unit that the context states"),
    },
    key=("unit_id", "period"),
    covariates=True,
)
