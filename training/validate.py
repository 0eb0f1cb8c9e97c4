"""Dice on heads that were never trained on: python validate.py HEADS.npz OUT [--colin COLIN.npz]

Maps 17, 18 and 20 painted in several contrasts, not bent; and, when given, one real T1 head whose brain someone marked. A quick
look for the one who trains: the figures that count come from the application (npm run evidence).
"""

import argparse
import json
import random

import numpy as np
import torch

from generator import Head, draw
from labels import CHANNELS, GREY, VENTRICLES, WHITE
from network import HeadTissues, half_precision

SIZE = (224, 224, 208)


def dice(a: torch.Tensor, b: torch.Tensor) -> float:
    return float(2 * (a & b).sum() / (a.sum() + b.sum()).clamp_min(1))


def brain(channels: torch.Tensor) -> torch.Tensor:
    return (channels == GREY) | (channels == WHITE) | (channels == VENTRICLES)


def predict(network: torch.nn.Module, image: torch.Tensor) -> torch.Tensor:
    with torch.no_grad(), half_precision(image):
        return network(image[None, None])[0].argmax(0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("heads")
    parser.add_argument("out")
    parser.add_argument("--colin")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    torch.manual_seed(7)
    random.seed(7)
    network = HeadTissues().to(options.device)
    network.load_state_dict(torch.load(f"{options.out}/head-tissues.pt", map_location=options.device))
    network.eval()
    packed = np.load(options.heads)
    rows = []
    for name in (n for n in packed.files if n.startswith("validate")):
        head = Head(torch.from_numpy(packed[name]).to(options.device))
        for contrast in ("t1", "t2", "flair", "random", "ct"):
            image, truth = draw(head, SIZE, contrast=contrast, bend=False, spread=0, wear=False)
            said = predict(network, image)
            row = {"head": name, "contrast": contrast, "brain": round(dice(brain(said), brain(truth)), 3)}
            row |= {c: round(dice(said == i, truth == i), 3) for i, c in enumerate(CHANNELS) if i}
            rows.append(row)
            print(row, flush=True)
    if options.colin:
        pair = np.load(options.colin)
        image = torch.from_numpy(pair["image"].astype(np.float32)).to(options.device)
        low, high = torch.from_numpy(np.quantile(pair["image"], [0.01, 0.99]))
        said = predict(network, (image - low) / (high - low))
        row = {"head": "colin", "contrast": "t1", "brain": round(dice(brain(said), torch.from_numpy(pair["brain"] > 0).to(options.device)), 3)}
        rows.append(row)
        print(row, flush=True)
    with open(f"{options.out}/validation.json", "w") as file:
        json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
