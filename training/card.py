"""The package that ships: python card.py MODEL.onnx CALIBRATION.npz HEADS.npz PACKAGE

Writes model.onnx (made by export.py), card.json and self-test.bin into PACKAGE. The card's figures come from files that
programs wrote: the calibration from calibrate.py; the evaluation is put in by evaluation.py, once the application has measured it.
"""

import argparse
import hashlib
import json
import random
import struct

import numpy as np
import onnxruntime
import torch

from calibration import STRUCTURES, calibration
from generator import Head, draw
from labels import CHANNELS

EDGE = 40


def self_test(model: str, heads: str, path: str) -> None:
    """A piece of a painted head and what ONNX Runtime's processor makes of it: what every device must say as well."""
    random.seed(13)
    torch.manual_seed(13)
    head = Head(torch.from_numpy(np.load(heads)["validate_17"]))
    image, _ = draw(head, (EDGE, EDGE, EDGE), contrast="t1", bend=False, spread=0, wear=False)
    tile = np.ascontiguousarray(image.numpy(), dtype="<f4")
    (logits,) = onnxruntime.InferenceSession(model).run(None, {"image": tile[None, None]})
    expected = logits[0].argmax(0).astype(np.uint8)
    with open(path, "wb") as file:
        file.write(b"PPST" + struct.pack("<4I", 1, EDGE, EDGE, EDGE) + tile.tobytes() + expected.tobytes())


def card(weights: bytes, statistics: dict) -> dict:
    data = "Painted images from 14 whole-head label maps of the SynthSeg project (training_seg_01 to 16); no real scan was used"
    return {
        "format": "proofprint-model/1",
        "id": "head-tissues",
        "version": "1.0.0",
        "name": "Head tissues",
        "weights": {"sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)},
        "licence": "MIT",
        "origin": "Trained by this project; the programs, seeds and log are in its folder training",
        "training": {"data": data, "licence": "Apache-2.0"},
        "intendedUse": "Marks brain, ventricles, skull and skin in whole-head MR of adults, for printed models",
        "knownFailures": [
            "Skull on MR is dark like air: thin bone of the face and sinuses is guessed.",
            "Ventricles and grey matter are less sure on slices thicker than 3 mm.",
            "Tumours, bleeding, implants and former surgery were never seen.",
            "A scan mirrored left to right looks the same to it.",
        ],
        "input": {
            "name": "image",
            "orientation": "LIA",
            "spacingMm": 1,
            "sizeVoxels": None,
            "intensity": {"kind": "quantiles", "low": 0.01, "high": 0.99, "clip": False},
        },
        "output": {
            "name": "logits",
            "labels": CHANNELS,
            "structures": [{"anatomy": anatomy, "of": list(of)} for anatomy, of in STRUCTURES.items()],
        },
        "tiling": {"tileVoxels": [256, 256, 256], "overlapVoxels": 32, "multipleOf": 8, "bytesPerVoxel": 180},
        "members": [
            {"flip": [False, False, False], "shiftVoxels": [0, 0, 0]},
            {"flip": [True, False, False], "shiftVoxels": [0, 0, 0]},
            {"flip": [False, False, False], "shiftVoxels": [3, 5, 4]},
            {"flip": [True, False, False], "shiftVoxels": [5, 3, 2]},
        ],
        "scope": {
            "modalities": ["MR"],
            "spacingMm": [0.4, 4],
            "anisotropy": 5,
            "fieldOfViewMm": [100, 400],
            "ageYears": [18, 95],
        },
        "bands": {
            "green": {"pairwiseDice": 0.95, "s95Mm": 1, "cvPercent": 3, "p": 0.05},
            "amber": {"pairwiseDice": 0.85, "s95Mm": 2, "cvPercent": 8, "p": 0.01},
        },
        "calibration": statistics,
        "evaluation": [],
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("calibration")
    parser.add_argument("heads")
    parser.add_argument("package")
    options = parser.parse_args()
    with open(options.model, "rb") as file:
        weights = file.read()
    written = card(weights, calibration(options.calibration))
    with open(f"{options.package}/card.json", "w") as file:
        json.dump(written, file, indent=2)
        file.write("\n")
    with open(f"{options.package}/model.onnx", "wb") as file:
        file.write(weights)
    self_test(options.model, options.heads, f"{options.package}/self-test.bin")


if __name__ == "__main__":
    main()
