"""Frame ``account_periods``: a whole period of the customer account: start + won + resurrected - lost = end."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="account_periods",
    row="a whole period of the customer account: start + won + resurrected - lost = end",
    columns={
        "period_start": Column(kind="time", meaning="first day of the period"),
        "years": Column(kind="float", meaning="length of the period, years", low=0),
        "n_start": Column(kind="int", meaning="active customers at the start", low=0),
        "n_won": Column(kind="int", meaning="customers new in the period", low=0),
        "n_resurrected": Column(kind="int", meaning="lost customers who came back", low=0),
        "n_lost": Column(kind="int", meaning="customers lost in the period", low=0),
        "n_end": Column(kind="int", meaning="active customers at the end", low=0),
        "n_passing": Column(
            kind="int",
            meaning="customers who came and left inside the period, counted neither as won nor as lost; without the "
            "column it is not known whether won and lost hold them",
            low=0,
            optional=True,
        ),
        "revenue_start": Column(kind="float", meaning="revenue of the period before", optional=True, nullable=True),
        "revenue_won": Column(
            kind="float", meaning="revenue of customers new in the period", optional=True, nullable=True
        ),
        "revenue_resurrected": Column(
            kind="float", meaning="revenue of customers who came back", optional=True, nullable=True
        ),
        "revenue_lost": Column(
            kind="float", meaning="revenue, in the period before, of customers lost", optional=True, nullable=True
        ),
        "revenue_expansion": Column(
            kind="float", meaning="rise of revenue of customers retained who spent more", optional=True, nullable=True
        ),
        "revenue_contraction": Column(
            kind="float",
            meaning="fall of revenue of customers retained who spent less, as a positive number",
            optional=True,
            nullable=True,
        ),
        "revenue_end": Column(kind="float", meaning="revenue of the period", optional=True, nullable=True),
    },
    key=("period_start",),
)
