"""Frame ``segment_revenue``: a whole month and segment of customers."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="segment_revenue",
    row="a whole month and segment of customers",
    columns={
        "period_start": Column(kind="time", meaning="first day of the month"),
        "segment": Column(
            kind="text", meaning="new: first purchase in this month; repeat: all others", among=("new", "repeat")
        ),
        "revenue": Column(kind="float", meaning="revenue of the segment, in the context's currency"),
        "n_purchases": Column(kind="int", meaning="purchase occasions of the segment", low=0),
    },
    key=("period_start", "segment"),
)
