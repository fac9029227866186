"""Frame ``churn_rates``: a firm or portfolio in a period, its losses counted or, where no counts are known, as a yearly rate."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="churn_rates",
    row="a firm or portfolio in a period",
    columns={
        "industry": Column(kind="text", meaning="mobile, insurance, banking, pay tv, ..."),
        "firm": Column(kind="text", meaning="name of the firm or data set"),
        "period": Column(kind="text", meaning="the period in words"),
        "n_start": Column(kind="int", meaning="customers at risk", low=1, optional=True, nullable=True),
        "n_lost": Column(kind="int", meaning="of these, lost in the period", low=0, optional=True, nullable=True),
        "years": Column(kind="float", meaning="length of the period, years", low=0, optional=True, nullable=True),
        "yearly_percent": Column(
            kind="float",
            meaning="share lost in a year, %, where it is published without the counts",
            low=0,
            high=100,
            optional=True,
            nullable=True,
        ),
    },
    key=("industry", "firm", "period"),
)
