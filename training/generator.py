"""Paints images from head maps: any contrast, any coil, any slice thickness.

The recipe is that of SynthSeg (Billot et al. 2023, doi 10.1016/j.media.2023.102789): a network that has only seen painted images
with random contrast reads real ones of any contrast. Everything runs on the device of the maps; one draw takes milliseconds on a
GPU. Grids are [z, y, x]; axes of the maps are L, I, A for x, y, z.
"""

import math
import random

import torch
from torch.nn.functional import conv3d, interpolate

from labels import CHANNEL_OF, NAMES, SKULL, SOFT

Size = tuple[int, int, int]

# Mean brightness of each tissue in the contrasts that are met most, 0 to 1. T1 and T2 as on a head at 1.5 or 3 T; CT after a window
# of -150 to 350 HU.
CONTRASTS = {
    "t1": [0.02, 0.75, 0.54, 0.14, 0.73, 0.52, 0.62, 0.56, 0.60, 0.70, 0.14, 0.70, 0.55, 0.68, 0.13, 0.35, 0.30, 0.55, 0.65, 0.25, 0.18, 0.45, 0.50, 0.45, 0.55, 0.65, 0.35, 0.08, 0.60, 0.60],
    "t2": [0.02, 0.36, 0.52, 0.95, 0.36, 0.50, 0.42, 0.46, 0.44, 0.34, 0.95, 0.38, 0.52, 0.38, 0.95, 0.70, 0.20, 0.70, 0.38, 0.80, 0.95, 0.40, 0.60, 0.85, 0.45, 0.45, 0.40, 0.07, 0.45, 0.42],
    "flair": [0.02, 0.50, 0.62, 0.12, 0.50, 0.60, 0.56, 0.58, 0.56, 0.50, 0.12, 0.52, 0.64, 0.52, 0.12, 0.30, 0.25, 0.85, 0.50, 0.25, 0.20, 0.45, 0.50, 0.60, 0.55, 0.50, 0.35, 0.08, 0.50, 0.50],
    "ct": [0.00, 0.36, 0.375, 0.315, 0.36, 0.375, 0.375, 0.375, 0.375, 0.375, 0.315, 0.36, 0.375, 0.36, 0.32, 0.34, 0.40, 0.33, 0.36, 0.33, 0.32, 0.38, 0.40, 0.40, 0.40, 0.36, 0.41, 1.0, 0.85, 0.37],
}
SOFT_TISSUE, SKIN, SPONGY, AIR = (NAMES.index(n) for n in ("soft tissue", "skin", "spongy bone", "air"))
FAT = {"t1": 0.92, "t2": 0.70, "flair": 0.75, "ct": 0.10}
SHARES = {"random": 0.45, "t1": 0.30, "t2": 0.10, "flair": 0.07, "ct": 0.08}


# Single numbers come from the processor: a draw asks for dozens, and each would wait for the GPU.
def uniform(low: float, high: float) -> float:
    return random.uniform(low, high)


def chance(share: float) -> bool:
    return random.random() < share


def smooth_field(size: Size, knots: int, like: torch.Tensor, channels: int = 1) -> torch.Tensor:
    """Normal values on a coarse grid of `knots` an edge, linear between them: [channels, z, y, x]."""
    coarse = torch.randn((1, channels, knots, knots, knots), device=like.device)
    return interpolate(coarse, size=size, mode="trilinear", align_corners=True)[0]


class Head:
    """A map on its device, and the box that the head fills."""

    def __init__(self, tissues: torch.Tensor):
        self.tissues = tissues
        where = tissues.nonzero()
        self.low, self.high = where.amin(0).float(), where.amax(0).float()


def rotation(angles: torch.Tensor) -> torch.Tensor:
    (a, b, c), zero, one = angles, angles.new_zeros(()), angles.new_ones(())
    x = torch.stack([one, zero, zero, zero, a.cos(), -a.sin(), zero, a.sin(), a.cos()]).view(3, 3)
    y = torch.stack([b.cos(), zero, b.sin(), zero, one, zero, -b.sin(), zero, b.cos()]).view(3, 3)
    z = torch.stack([c.cos(), -c.sin(), zero, c.sin(), c.cos(), zero, zero, zero, one]).view(3, 3)
    return x @ y @ z


def place(head: Head, size: Size, bend: bool, spread: float, turn_deg: float) -> torch.Tensor:
    """A piece of a map, turned, stretched, mirrored and bent: uint8 [z, y, x]. `spread` is how far its middle may lie from the head's, 0 to 1."""
    tissues, low, high = head.tissues, head.low, head.high
    device = tissues.device
    middle = (low + high) / 2 + (torch.rand(3, device=device) - 0.5) * (high - low) * spread
    axes = [torch.arange(n, device=device, dtype=torch.float32) - (n - 1) / 2 for n in size]
    at = torch.stack(torch.meshgrid(*axes, indexing="ij"))
    if bend:
        turn = rotation((torch.rand(3, device=device) - 0.5) * 2 * math.radians(turn_deg))
        scale = torch.diag(1 + (torch.rand(3, device=device) - 0.5) * 0.36)
        shear = torch.eye(3, device=device) + (torch.rand(3, 3, device=device) - 0.5) * 0.04
        at = torch.einsum("ij,jzyx->izyx", turn @ scale @ shear, at)
        knots = int(uniform(4, 12))
        at = at + smooth_field(size, knots, tissues, 3) * uniform(0, 24 / knots)
        if chance(0.5):
            at[2] = -at[2]
    at = (at + middle.view(3, 1, 1, 1)).round_().long()
    inside = torch.ones(size, dtype=torch.bool, device=device)
    for axis, n in enumerate(tissues.shape):
        inside &= (at[axis] >= 0) & (at[axis] < n)
        at[axis].clamp_(0, n - 1)
    _, ny, nx = tissues.shape
    picked = tissues.reshape(-1)[(at[0] * ny + at[1]) * nx + at[2]]
    return torch.where(inside, picked, torch.zeros_like(picked))


def choose_contrast() -> str:
    left = random.random()
    for name, share in SHARES.items():
        left -= share
        if left < 0:
            return name
    return "random"


def brightness(contrast: str, like: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Mean of each tissue, and of fat."""
    if contrast == "random":
        mean = torch.rand(len(NAMES), device=like.device)
        if chance(0.7):
            mean[AIR] = uniform(0, 0.06)
        return mean, uniform(0, 1)
    jitter = 0.012 if contrast == "ct" else 0.06
    mean = torch.tensor(CONTRASTS[contrast], device=like.device)
    mean = mean + torch.randn(len(NAMES), device=like.device) * jitter
    if contrast != "ct":
        mean[SPONGY] = uniform(0.2, 0.95)
    return mean, FAT[contrast] + uniform(-0.1, 0.1)


def paint(tissues: torch.Tensor, contrast: str) -> torch.Tensor:
    """Brightness of each voxel, with texture; fat and muscle share a label in the maps and are parted at random."""
    size = tuple(tissues.shape)
    mean, fat = brightness(contrast, tissues)
    most = 0.02 if contrast == "ct" else 0.08
    sd = torch.rand(len(NAMES), device=tissues.device) * most
    index = tissues.long()
    image = mean[index]
    patches = smooth_field(size, int(uniform(6, 40)), tissues)[0]
    fatty = patches > uniform(-1, 1)
    image = torch.where(((tissues == SOFT_TISSUE) | (tissues == SKIN)) & fatty, torch.full_like(image, fat), image)
    if chance(0.5):
        third = smooth_field(size, int(uniform(8, 48)), tissues)[0] > 0.8
        image = torch.where((tissues == SOFT_TISSUE) & third, torch.full_like(image, uniform(0, 1)), image)
    grain = torch.randn(size, device=tissues.device)
    slow = smooth_field(size, int(uniform(8, 24)), tissues)[0]
    return image + sd[index] * (0.7 * grain + 0.7 * slow)


def gaussian(sigma: float, like: torch.Tensor) -> torch.Tensor:
    reach = max(1, math.ceil(3 * sigma))
    at = torch.arange(-reach, reach + 1, device=like.device, dtype=torch.float32)
    weight = torch.exp(-0.5 * (at / sigma) ** 2)
    return weight / weight.sum()


def blur(image: torch.Tensor, sigmas: tuple[float, float, float]) -> torch.Tensor:
    out = image[None, None]
    for axis, sigma in enumerate(sigmas):
        if sigma < 0.2:
            continue
        weight = gaussian(sigma, image)
        shape, padding = [1, 1, 1, 1, 1], [0, 0, 0]
        shape[2 + axis], padding[axis] = len(weight), len(weight) // 2
        out = conv3d(out, weight.view(shape), padding=tuple(padding))
    return out[0, 0]


def sampled(image: torch.Tensor) -> torch.Tensor:
    """As if scanned in voxels of another size: blurred, sampled coarsely, brought back."""
    size = tuple(image.shape)
    factors = [1.0, 1.0, 1.0]
    if chance(0.35):
        factors[int(uniform(0, 2.999))] = uniform(1.5, 6)
    elif chance(0.2):
        factors = [uniform(1, 2)] * 3
    base = uniform(0, 0.9)
    image = blur(image, tuple(math.hypot(base, 0.35 * f if f > 1 else 0) for f in factors))
    if max(factors) == 1:
        return image
    coarse = tuple(max(4, round(n / f)) for n, f in zip(size, factors))
    return interpolate(interpolate(image[None, None], size=coarse, mode="trilinear"), size=size, mode="trilinear")[0, 0]


def stretched(image: torch.Tensor) -> torch.Tensor:
    """1 % and 99 % quantiles to 0 and 1, as the card asks; of every fifth voxel each way, which changes them by less than noise."""
    few = image[::5, ::5, ::5].reshape(-1)
    low, high = torch.quantile(few, torch.tensor([0.01, 0.99], device=image.device))
    return (image - low) / (high - low).clamp_min(1e-6)


def worn(image: torch.Tensor) -> torch.Tensor:
    """Coil, movement, noise and the scanner's own scale."""
    size = tuple(image.shape)
    image = image * torch.exp(smooth_field(size, int(uniform(2, 6)), image)[0] * uniform(0, 0.35))
    if chance(0.12):
        axis, by = int(uniform(0, 2.999)), int(uniform(8, 60))
        image = image + uniform(0.03, 0.2) * torch.roll(image, by, dims=axis)
    image = sampled(image)
    noise = uniform(0, 0.09)
    if chance(0.5):
        image = torch.sqrt((image + noise * torch.randn_like(image)) ** 2 + (noise * torch.randn_like(image)) ** 2)
    else:
        image = image + noise * torch.randn_like(image)
    image = stretched(image)
    power = math.exp(max(-0.8, min(0.8, random.gauss(0, 0.3))))
    return torch.where(image > 0, image.clamp_min(1e-6) ** power, image)


def cut(image: torch.Tensor, tissues: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Now and then nothing beyond a plane: scans that end below the chin or above the crown, and scans without a face."""
    for axis in range(3):
        if not chance(0.12):
            continue
        n = image.shape[axis]
        keep = torch.arange(n, device=image.device)
        at = int(n * uniform(0.1, 0.35))
        mask = keep >= at if chance(0.5) else keep < n - at
        shape = [1, 1, 1]
        shape[axis] = n
        image, tissues = image * mask.view(shape), tissues * mask.view(shape).to(tissues.dtype)
    return image, tissues


def draw(head: Head, size: Size, *, contrast: str | None = None, bend: bool = True, spread: float = 0.5, wear: bool = True, turn_deg: float = 20):
    """One image [z, y, x] float32 and its channels uint8 from a map."""
    piece = place(head, size, bend, spread, turn_deg)
    channel_of = torch.from_numpy(CHANNEL_OF).to(head.tissues.device)
    image = paint(piece, contrast or choose_contrast())
    if wear and chance(0.06):
        # Scans from which someone took everything but the brain.
        outside = (channel_of[piece.long()] == SKULL) | (channel_of[piece.long()] == SOFT)
        image, piece = image * ~outside, torch.where(outside, torch.zeros_like(piece), piece)
    image = worn(image) if wear else stretched(blur(image, (0.6, 0.6, 0.6)))
    if wear:
        image, piece = cut(image, piece)
        image = image * uniform(0.75, 1.3) + uniform(-0.05, 0.05)
    return image, channel_of[piece.long()]
