"""Frame ``exposure``: a unit that met something or not, without randomisation."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="exposure",
    row="a unit that met something or not, without randomisation",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "treated": Column(kind="int", meaning="1 if exposed", among=(0, 1)),
        "dose": Column(kind="float", meaning="amount of exposure", optional=True, nullable=True),
        "outcome": Column(kind="float", meaning="outcome in the unit that the context states"),
        "cluster": Column(kind="int", meaning="group of units that are not independent", optional=True),
        "stratum": Column(kind="text", meaning="group to compare within", optional=True),
    },
    key=("unit_id",),
    covariates=True,
)
