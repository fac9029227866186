"""Frame ``network_adoption``: a person not yet an adopter in a period."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="network_adoption",
    row="a person not yet an adopter in a period",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "period": Column(kind="int", meaning="period, counted from 0", low=0),
        "exposure": Column(kind="float", meaning="share of the person's contacts who adopted before", low=0, high=1),
        "adopted": Column(kind="int", meaning="1 if the person adopted in this period", among=(0, 1)),
        "network": Column(kind="text", meaning="village, city or other closed network"),
    },
    key=("unit_id", "period"),
    covariates=True,
)
