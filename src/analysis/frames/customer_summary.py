"""Frame ``customer_summary``: customers with the same history, counted in n_customers."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="customer_summary",
    row="customers with the same history, counted in n_customers",
    columns={
        "frequency": Column(kind="int", meaning="repeat purchase occasions: all but the first", low=0),
        "recency_weeks": Column(
            kind="float", meaning="time from first to last purchase, weeks; 0 without a repeat", low=0
        ),
        "T_weeks": Column(kind="float", meaning="time from first purchase to the end of observation, weeks", low=0),
        "monetary": Column(
            kind="float",
            meaning="mean amount of repeat purchases, in the context's currency; 0 without a repeat",
            low=0,
            optional=True,
        ),
        "n_customers": Column(kind="int", meaning="customers with this history", low=1),
    },
)
