"""Frame ``queue``: a ticket as it came in."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="queue",
    row="a ticket as it came in",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "arrival_hours": Column(kind="float", meaning="time of arrival since the first, hours", low=0),
        "handling_hours": Column(kind="float", meaning="work it takes, hours", low=0),
        "priority": Column(kind="int", meaning="1 is most urgent", low=1),
        "value": Column(kind="float", meaning="value of the customer, 0 or more", low=0),
    },
    key=("unit_id",),
)
