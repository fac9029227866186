"""Frame ``repeat_trials``: a customer's purchase occasion, as the start of the wait for the next."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="repeat_trials",
    row="a customer's purchase occasion, as the start of the wait for the next",
    columns={
        "customer_id": Column(kind="int", meaning="anonymous code of the customer"),
        "purchase_number": Column(kind="int", meaning="1 for the first purchase", low=1),
        "gap_days": Column(
            kind="float", meaning="days to the next purchase; missing if none was seen", low=0, nullable=True
        ),
        "followed_days": Column(kind="float", meaning="days from this purchase to the end of observation", low=0),
    },
    key=("customer_id", "purchase_number"),
)
