"""Frame ``valence_growth``: a product with the shares of good and bad talk at one time and its customers before and after."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="valence_growth",
    row="a product, or a firm, with the talk about it at one time and its growth after",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "bad_share": Column(kind="float", meaning="share of talk that is bad (%)", low=0, high=100),
        "good_share": Column(kind="float", meaning="share of talk that is good (%)", low=0, high=100),
        "mean_score": Column(kind="float", meaning="mean of all scores given", low=0, optional=True),
        "reviews": Column(kind="int", meaning="reviews written by then", low=1),
        "before": Column(kind="int", meaning="customers (raters) when the talk was counted", low=1),
        "after": Column(kind="int", meaning="customers (raters) later", low=1),
        "cluster": Column(kind="int", meaning="maker, where one has several products", optional=True),
    },
    key=("unit_id",),
    covariates=True,
)
