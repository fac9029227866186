"""Frame ``price_exposure``: a customer at a renewal with a known price."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="price_exposure",
    row="a customer at a renewal with a known price",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "lapsed": Column(kind="int", meaning="1 if the customer left", among=(0, 1)),
        "price_change": Column(kind="float", meaning="ln(new price / last price)"),
        "market_gap": Column(
            kind="float",
            meaning="ln(new price / market price): above 0 means the market is cheaper",
            optional=True,
            nullable=True,
        ),
        "tenure_years": Column(kind="float", meaning="years as a customer", low=0),
        "cluster": Column(kind="int", meaning="customer, where one has several rows", optional=True),
    },
    key=("unit_id",),
    covariates=True,
)
