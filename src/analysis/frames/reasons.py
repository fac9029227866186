"""Frame ``reasons``: a stated reason for leaving."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="reasons",
    row="a stated reason for leaving",
    columns={
        "reason": Column(kind="text", meaning="the reason as recorded"),
        "group": Column(
            kind="text",
            meaning="service, offer (a rival's), price, other",
            among=("service", "offer", "price", "other"),
        ),
        "n": Column(kind="int", meaning="customers who gave it", low=0),
    },
    key=("reason",),
)
