"""Frame ``cost_periods``: a whole period of spending on customers."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="cost_periods",
    row="a whole period of spending on customers",
    columns={
        "period_start": Column(kind="time", meaning="first day of the period"),
        "years": Column(kind="float", meaning="length of the period, years", low=0),
        "acquisition_spend": Column(
            kind="float", meaning="spent on winning customers, in the context's currency", low=0
        ),
        "retention_spend": Column(
            kind="float", meaning="spent on keeping customers; missing if not reported", low=0, nullable=True
        ),
        "n_won": Column(kind="int", meaning="customers won", low=0),
        "n_retained": Column(kind="int", meaning="customers there at the start and still there at the end", low=0),
        "customer_years": Column(
            kind="float",
            meaning="time that all who were customers in the period were there, years; who joined or left inside it costs "
            "for as long as he was there",
            low=0,
            optional=True,
        ),
        "revenue": Column(kind="float", meaning="revenue of the period", low=0, optional=True, nullable=True),
    },
    key=("period_start",),
)
