"""Frame ``churn_rates``: a firm or portfolio in a period."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="churn_rates",
    row="a firm or portfolio in a period",
    columns={
        "industry": Column(kind="text", meaning="mobile, insurance, banking, pay tv, ..."),
        "firm": Column(kind="text", meaning="name of the firm or data set"),
        "period": Column(kind="text", meaning="the period in words"),
        "n_start": Column(kind="int", meaning="customers at risk", low=1),
        "n_lost": Column(kind="int", meaning="of these, lost in the period", low=0),
        "years": Column(kind="float", meaning="length of the period, years", low=0),
    },
    key=("industry", "firm", "period"),
)
