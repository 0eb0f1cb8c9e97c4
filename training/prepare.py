"""Packs the head maps for training: python prepare.py MAPS OUT.npz

MAPS is the folder of the 17 maps of SynthSeg (training_seg_NN.nii.gz, Apache-2.0), 256^3 at 1 mm, axes L I A. OUT holds uint8
tissues, [map, z, y, x] with x fastest as the network reads them, split as the data's source asks: 17, 18 and 20 validate.
"""

import glob
import sys

import nibabel
import numpy as np

from labels import tissue_table

VALIDATION = ("17", "18", "20")


def load(path: str) -> np.ndarray:
    image = nibabel.load(path)
    axes = "".join(nibabel.aff2axcodes(image.affine))
    if axes != "LIA" or image.shape != (256, 256, 256):
        raise SystemExit(f"{path}: axes {axes}, size {image.shape}; LIA and 256^3 are expected")
    numbers = np.asarray(image.dataobj).astype(np.int32)
    return np.ascontiguousarray(tissue_table()[numbers].transpose(2, 1, 0))


def main() -> None:
    folder, out = sys.argv[1:]
    paths = sorted(glob.glob(f"{folder}/training_seg_*.nii.gz"))
    number = [path[-9:-7] for path in paths]
    maps = {n: load(path) for n, path in zip(number, paths)}
    np.savez_compressed(out, **{f"{'validate' if n in VALIDATION else 'train'}_{n}": m for n, m in maps.items()})
    print(f"{len(maps)} maps, {len(VALIDATION)} of them to validate")


if __name__ == "__main__":
    main()
