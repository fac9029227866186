"""Frame ``diffusion_curve``: a period of the adoption of a product."""

from analysis.frames.base import Column, FrameSpec

SPEC = FrameSpec(
    name="diffusion_curve",
    row="a period of the adoption of a product",
    columns={
        "product": Column(kind="text", meaning="name of the product"),
        "period": Column(kind="int", meaning="period, counted from 0", low=0),
        "n_new": Column(kind="float", meaning="adoptions (or share) in the period", low=0),
        "n_total": Column(kind="float", meaning="adoptions up to and with the period", low=0),
    },
    key=("product", "period"),
)
