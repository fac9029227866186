"""Frame ``purchases``: one purchase occasion of a customer; orders of one day are one occasion."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="purchases",
    row="one purchase occasion of a customer; orders of one day are one occasion",
    columns={
        "customer_id": Column(kind="int", meaning="anonymous code of the customer"),
        "at": Column(kind="time", meaning="day of the purchase"),
        "amount": Column(kind="float", meaning="sum paid on the occasion, in the context's currency", low=0),
    },
    key=("customer_id", "at"),
)
