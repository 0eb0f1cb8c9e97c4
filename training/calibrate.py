"""Label maps of heads that the network knows, for the scope guard: python calibrate.py HEADS.npz OUT [--count 300]

Paints heads from the training maps, whole, turned by up to 8 degrees and stretched as people are, in the contrasts that are met; keeps what the
network says of each on every second voxel. OUT/calibration.npz holds them; card.py takes the statistics from it.
"""

import argparse
import random

import numpy as np
import torch

from generator import Head, draw
from network import HeadTissues
from validate import SIZE, predict

CONTRASTS = ("t1", "t1", "t2", "flair")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("heads")
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=154)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    torch.manual_seed(11)
    random.seed(11)
    network = HeadTissues().to(options.device)
    network.load_state_dict(torch.load(f"{options.out}/head-tissues.pt", map_location=options.device))
    network.eval()
    packed = np.load(options.heads)
    names = [n for n in packed.files if n.startswith("train")]
    maps = [Head(torch.from_numpy(packed[n]).to(options.device)) for n in names]
    said = []
    for index in range(options.count):
        image, _ = draw(maps[index % len(maps)], SIZE, contrast=CONTRASTS[index % len(CONTRASTS)], spread=0.05, turn_deg=8)
        said.append(predict(network, image)[::2, ::2, ::2].to(torch.uint8).cpu().numpy())
    np.savez_compressed(f"{options.out}/calibration.npz", labels=np.stack(said), people=np.array([i % len(maps) for i in range(options.count)]))
    print(f"{options.count} heads of {len(maps)} people")


if __name__ == "__main__":
    main()
