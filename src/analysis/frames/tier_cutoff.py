"""Frame ``tier_cutoff``: a member when a tier was decided."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="tier_cutoff",
    row="a member when a tier was decided",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "running": Column(kind="float", meaning="(qualifying amount - threshold) / threshold; 0 and more got the tier"),
        "reached": Column(kind="int", meaning="1 if the member got the tier", among=(0, 1)),
        "outcome": Column(
            kind="float", meaning="outcome afterwards, in the unit that the context states", nullable=True
        ),
        "tier": Column(kind="text", meaning="name of the tier"),
        "benefit": Column(
            kind="float",
            meaning="worth of the tier's benefits, in the context's currency",
            optional=True,
            nullable=True,
        ),
    },
    key=("unit_id",),
)
