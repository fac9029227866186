"""Frame ``customer_holdout``: customers with the same history up to a split day and the same number of purchases after it."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="customer_holdout",
    row="customers with the same history up to a split day and the same number of purchases after it",
    columns={
        "frequency": Column(kind="int", meaning="repeat occasions up to the split", low=0),
        "recency_weeks": Column(kind="float", meaning="first to last purchase up to the split, weeks", low=0),
        "T_weeks": Column(kind="float", meaning="first purchase to the split, weeks", low=0),
        "holdout_frequency": Column(kind="int", meaning="occasions after the split", low=0),
        "holdout_weeks": Column(kind="float", meaning="observed time after the split, weeks", low=0),
        "n_customers": Column(kind="int", meaning="customers with these values", low=1),
    },
)
