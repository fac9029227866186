"""Frame ``tier_cutoff``: a member when a tier was decided, on a day that the member's own purchases did not choose.

Where a tier is given on the day of reaching it and counting begins anew, every qualifying amount lies just above the
threshold by construction: such programmes have no rows here.
"""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="tier_cutoff",
    row="a member when a tier was decided, at the end of a counting period and not on the day of reaching it",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code of the member's decision"),
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
        "cluster": Column(kind="int", meaning="member, where one has several decisions", optional=True),
    },
    key=("unit_id",),
)
