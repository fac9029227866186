"""Frame ``redemption_windows``: a member's week round a redemption."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="redemption_windows",
    row="a member's week round a redemption",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "redemption_id": Column(kind="int", meaning="anonymous code of the redemption"),
        "relative_week": Column(
            kind="int", meaning="weeks from the redemption; negative before, 0 the week that starts with it"
        ),
        "n_purchases": Column(kind="int", meaning="purchase occasions in the week, the redeeming one left out", low=0),
        "spend": Column(kind="float", meaning="spend in the week", low=0, optional=True),
        "placebo": Column(
            kind="int",
            meaning="1 if the window lies round an ordinary purchase of the member, which is left out in the same way: what "
            "bursts of buying alone do to the weeks round a purchase",
            among=(0, 1),
            optional=True,
        ),
    },
    key=("redemption_id", "relative_week"),
)
