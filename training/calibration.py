"""Statistics of the scope guard from calibration.npz: the same numbers as src/infer/scope-features.ts and its score.

The network's answers are cut as scans are: half of them lose up to 30 % below, a fifth up to 10 % in front; then, as before a
run, to the box that holds something and 10 mm. Five of the people give mean and spread, the others the scores, so that no
score is of a person that the mean knows and p can fall below 0.01.
"""

import numpy as np
STRUCTURES = {"brain": (1, 2, 3), "grey-matter": (1,), "white-matter": (2,), "ventricles": (3,), "csf": (3, 4), "skull": (5,), "skin": (1, 2, 3, 4, 5, 6)}
FEATURES = ("log-ml", "left-mm", "posterior-mm", "superior-mm", "left-sd-mm", "posterior-sd-mm", "superior-sd-mm", "border")
LEAST_SD = np.array([0.02, 1, 1, 1, 1, 1, 1, 0.005])
MOST_Z = 10
NAMES = [f"{structure}.{feature}" for structure in STRUCTURES for feature in FEATURES]
SIGN = np.array([1, -1, -1])
"""Of the axes L, I, A of x, y, z, against left, posterior, superior."""


def moments(mask: np.ndarray, spacing: float) -> tuple[int, float, np.ndarray, np.ndarray]:
    """Voxels, share on the border, centroid and sd along left, posterior, superior in mm; mask is [z, y, x] with axes A, I, L."""
    voxels = int(mask.sum())
    if voxels == 0:
        return 0, 0.0, np.zeros(3), np.zeros(3)
    inner = int(mask[1:-1, 1:-1, 1:-1].sum())
    means, sds = [], []
    for axis, sign in ((2, 1), (0, -1), (1, -1)):
        counts = mask.sum(tuple(a for a in range(3) if a != axis)).astype(np.float64)
        at = np.arange(len(counts))
        mean = (counts * at).sum() / voxels
        means.append(sign * spacing * mean)
        sds.append(spacing * np.sqrt(max(0.0, (counts * at**2).sum() / voxels - mean**2)))
    return voxels, (voxels - inner) / voxels, np.array(means), np.array(sds)


def features(labels: np.ndarray, spacing: float) -> np.ndarray:
    _, _, centre, _ = moments(labels > 0, spacing)
    out = []
    for index, channels in enumerate(STRUCTURES.values()):
        voxels, border, mean, sd = moments(np.isin(labels, channels), spacing)
        if voxels == 0:
            out += [0.0] * len(FEATURES)
        else:
            out += [np.log10(1 + voxels * spacing**3 / 1000), *(mean - centre), *sd, border]
        if index == 0 and voxels:
            centre = mean
    return np.array(out)


def score(values: np.ndarray, mean: np.ndarray, sd: np.ndarray) -> float:
    z = np.minimum(MOST_Z, np.abs(values - mean) / np.maximum(sd, np.tile(LEAST_SD, len(STRUCTURES))))
    largest = np.sort(z)[::-1][: -(-len(z) // len(FEATURES))]
    return float(np.sqrt((largest**2).mean()))


def as_scanned(labels: np.ndarray, spacing: float, rng: np.random.Generator) -> np.ndarray:
    """Axes A, I, L: below is the far end of the second, the face the far end of the first."""
    if rng.random() < 0.5:
        labels = labels[:, : int(labels.shape[1] * (1 - rng.uniform(0, 0.3)))]
    if rng.random() < 0.2:
        labels = labels[: int(labels.shape[0] * (1 - rng.uniform(0, 0.1)))]
    margin = round(10 / spacing)
    for axis in range(3):
        counts = (labels > 0).sum(tuple(a for a in range(3) if a != axis))
        held = np.flatnonzero(counts >= max(1, 0.002 * labels.size / labels.shape[axis]))
        if len(held):
            labels = labels.take(range(max(0, held[0] - margin), min(labels.shape[axis], held[-1] + 1 + margin)), axis)
    return labels


def calibration(path: str) -> dict:
    packed, rng, spacing = np.load(path), np.random.default_rng(3), 2.0
    rows = np.array([features(as_scanned(labels, spacing, rng), spacing) for labels in packed["labels"]])
    people = packed["people"]
    known = people < 5
    mean, sd = rows[known].mean(0), rows[known].std(0)
    scores = sorted(score(row, mean, sd) for row in rows[~known])
    count = len(np.unique(people))
    origin = f"{len(rows)} painted heads of {count} people (SynthSeg training label maps); spread from five of them, scores from the others"
    return {"features": NAMES, "mean": mean.round(4).tolist(), "sd": sd.round(4).tolist(), "scores": [round(s, 4) for s in scores], "from": origin}
