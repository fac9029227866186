"""Frame ``satisfaction_items``: a respondent with an overall score and item scores."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="satisfaction_items",
    row="a respondent with an overall score and item scores",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "overall": Column(kind="float", meaning="overall satisfaction, on the scale that the context states"),
    },
    key=("unit_id",),
    covariates=True,
)
