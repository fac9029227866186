"""Frame ``opportunities``: customers with the same history over discrete occasions (years, mailings), counted in n_customers."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="opportunities",
    row="customers with the same history over discrete occasions (years, mailings), counted in n_customers",
    columns={
        "frequency": Column(kind="int", meaning="occasions used after the first", low=0),
        "recency": Column(kind="int", meaning="number of the last occasion used; 0 if none", low=0),
        "n_opportunities": Column(kind="int", meaning="occasions after the first", low=1),
        "holdout_frequency": Column(kind="int", meaning="occasions used in the holdout", low=0, optional=True),
        "n_holdout": Column(kind="int", meaning="occasions in the holdout", low=1, optional=True),
        "n_customers": Column(kind="int", meaning="customers with this history", low=1),
    },
)
