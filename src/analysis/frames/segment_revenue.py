"""Frame ``segment_revenue``: a whole month (or quarter) and segment of customers."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="segment_revenue",
    row="a whole month (or quarter) and segment of customers",
    columns={
        "period_start": Column(kind="time", meaning="first day of the month or quarter"),
        "segment": Column(
            kind="text", meaning="new: first purchase in this month; repeat: all others", among=("new", "repeat")
        ),
        "revenue": Column(kind="float", meaning="revenue of the segment, in the context's currency"),
        "n_purchases": Column(kind="int", meaning="purchase occasions of the segment", low=0),
        "n_customers": Column(kind="int", meaning="customers of the segment who bought in the month", low=0),
        "own_squares": Column(
            kind="float",
            meaning="sum over the segment's customers of the squared distance of the month's revenue from the customer's "
            "own mean over the frame's months (0 in a month without a purchase): what a group's size hides",
            low=0,
        ),
    },
    key=("period_start", "segment"),
)
