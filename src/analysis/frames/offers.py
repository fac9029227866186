"""Frame ``offers``: a person who got the same offer as the others."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="offers",
    row="a person who got the same offer as the others",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "earlier": Column(
            kind="text",
            meaning="what the person did before: bought, declined an offer, was never asked",
            among=("bought", "declined", "never"),
        ),
        "responded": Column(kind="int", meaning="1 if the person took the offer", among=(0, 1)),
        "stratum": Column(kind="text", meaning="group within which the offer was the same", optional=True),
    },
    key=("unit_id",),
    covariates=True,
)
