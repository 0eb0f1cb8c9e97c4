"""The network: three halvings with additive skips, so that nearly all of its work is done on small grids.

A MeshNet of 10 channels needs 49,000 operations a voxel (48 s for 256^3 at the 17 GFLOP/s that wasm reaches on two cores, against
20 s allowed); this needs 18,000 and sees 133 voxels across. A second convolution on the full grid was tried and left out: a quarter
more time. No up-convolution: none runs on WebGPU in 3-D. Skips are
added after a 1 x 1 x 1 convolution on the small grid, because joining channels on the full grid would triple the cost there.
"""

import torch
from torch import nn

from labels import CHANNELS

WIDTHS = (8, 24, 40, 64)
"""Channels on the full grid and after one, two and three halvings. Edges must be multiples of 8."""


class Unit(nn.Sequential):
    """Convolution, normalisation with fixed statistics (folded away on export), rectifier."""

    def __init__(self, before: int, after: int, stride: int = 1, dilation: int = 1):
        super().__init__(
            nn.Conv3d(before, after, 3, stride=stride, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm3d(after),
            nn.ReLU(inplace=True),
        )


class Rise(nn.Module):
    """From a small grid to the next larger one, joined by what was there on the way down."""

    def __init__(self, before: int, after: int):
        super().__init__()
        self.narrow = nn.Conv3d(before, after, 1)
        self.mix = Unit(after, after)

    def forward(self, small: torch.Tensor, skip: torch.Tensor) -> torch.Tensor:
        return self.mix(nn.functional.interpolate(self.narrow(small), scale_factor=2.0, mode="nearest") + skip)


class HeadTissues(nn.Module):
    """float32 [n, 1, z, y, x] to logits [n, 7, z, y, x]."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        self.at_full = Unit(1, a)
        self.at_half = nn.Sequential(Unit(a, b, stride=2), Unit(b, b))
        self.at_quarter = nn.Sequential(Unit(b, c, stride=2), Unit(c, c))
        self.at_eighth = nn.Sequential(Unit(c, d, stride=2), Unit(d, d, dilation=2), Unit(d, d, dilation=4))
        self.to_quarter, self.to_half, self.to_full = Rise(d, c), Rise(c, b), Rise(b, a)
        self.out = nn.Conv3d(a, len(CHANNELS), 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        full = self.at_full(image)
        half = self.at_half(full)
        quarter = self.at_quarter(half)
        small = self.to_quarter(self.at_eighth(quarter), quarter)
        return self.out(self.to_full(self.to_half(small, half), full))


def half_precision(like: torch.Tensor) -> torch.autocast:
    """bfloat16 where a GPU has it; a processor's convolutions are far slower with it than without."""
    return torch.autocast(like.device.type, torch.bfloat16, enabled=like.is_cuda)
