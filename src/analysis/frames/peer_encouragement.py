"""Frame ``peer_encouragement``: a person whose peers were encouraged at random."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="peer_encouragement",
    row="a person whose peers were encouraged at random",
    columns={
        "unit_id": Column(kind="int", meaning="anonymous code"),
        "outcome": Column(kind="float", meaning="own uptake, 0 or 1"),
        "peer_rate": Column(kind="float", meaning="share of peers who took it up", low=0, high=1),
        "instrument": Column(kind="float", meaning="the randomised encouragement of the peers"),
        "cluster": Column(kind="int", meaning="group in which peers live"),
    },
    key=("unit_id",),
    covariates=True,
)
