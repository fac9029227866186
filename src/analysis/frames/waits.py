"""Frame ``waits``: a customer who queued, favoured by the rule of the queue or not."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="waits",
    row="a customer who queued",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code of the call or ticket"),
        "favoured": Column(kind="int", meaning="1 if the rule serves this customer first", among=(0, 1)),
        "wait": Column(kind="float", meaning="seconds in the queue, until served or given up", low=0),
        "gave_up": Column(kind="int", meaning="1 if the customer left before being served", among=(0, 1)),
        "stratum": Column(kind="text", meaning="kind of business, day and hour: customers in one queue at one time"),
        "cluster": Column(kind="int", meaning="day"),
    },
    key=("unit_id",),
)
