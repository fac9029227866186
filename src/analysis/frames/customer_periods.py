"""Frame ``customer_periods``: a customer's whole quarter with at least one purchase, the quarter of joining left out."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="customer_periods",
    row="a customer's whole quarter with at least one purchase, the quarter of joining left out",
    columns={
        "customer_id": Column(kind="int", meaning="anonymous code of the customer"),
        "period": Column(
            kind="int", meaning="calendar quarter, counted from 0 in the source; four of them are a year", low=0
        ),
        "tenure_years": Column(
            kind="float", meaning="mean time from the first purchase to the quarter's purchases, years", low=0
        ),
        "n_purchases": Column(kind="int", meaning="purchase occasions in the quarter", low=1),
        "spend": Column(kind="float", meaning="sum of amounts in the quarter, in the context's currency", low=1e-09),
    },
    key=("customer_id", "period"),
)
