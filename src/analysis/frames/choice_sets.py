"""Frame ``choice_sets``: a brand that could be chosen at a purchase of which one brand was."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="choice_sets",
    row="a brand that could be chosen at a purchase of which one brand was",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code of the purchase"),
        "brand": Column(kind="int", meaning="number of the brand", low=0),
        "chosen": Column(kind="int", meaning="1 for the brand that was bought", among=(0, 1)),
        "log_price": Column(kind="float", meaning="ln(price) of the brand at this purchase"),
        "earlier_share": Column(
            kind="float", meaning="share of the brand in the household's earlier purchases", low=0, high=1
        ),
        "favourite": Column(kind="int", meaning="1 for the brand bought most earlier", among=(0, 1)),
        "loyal": Column(kind="int", meaning="1 if the household's earlier purchases make it loyal", among=(0, 1)),
        "cluster": Column(kind="int", meaning="household"),
    },
    key=("unit_id", "brand"),
    covariates=True,
)
