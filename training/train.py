"""Trains head-tissues: python train.py HEADS.npz OUT --minutes 8 [--seed 1] [--device cuda]

The time is the budget: the learning rate falls to nothing as it runs out, whatever the machine. Weights are averaged as they go
(EMA); at the end the statistics of the normalisation are taken anew for the averaged weights. Writes OUT/head-tissues.pt,
OUT/training.json and, every minute, what there is.
"""

import argparse
import copy
import json
import math
import os
import random
import time

import numpy as np
import torch

from generator import Head, draw
from labels import CHANNELS
from network import HeadTissues, half_precision

# Grid of a batch, images in it, share of the steps. The large one is nearly a whole head: what a case is run on.
BATCHES = [((128, 128, 128), 4, 0.62), ((160, 160, 160), 2, 0.23), ((208, 208, 176), 1, 0.15)]
SMALL = [((32, 32, 32), 2, 0.5), ((48, 32, 40), 1, 0.5)]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("heads")
    parser.add_argument("out")
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--channels-last", action="store_true", help="channels beside each other in memory; which is faster depends on the GPU")
    parser.add_argument("--start", help="weights to go on from")
    parser.add_argument("--small", action="store_true", help="small grids, to try the program without a GPU")
    return parser.parse_args()


def loss_of(logits: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Cross entropy plus one minus the mean soft Dice of the channels that are there."""
    logits = logits.float()
    entropy = torch.nn.functional.cross_entropy(logits, truth)
    share = logits.softmax(1)
    wanted = torch.nn.functional.one_hot(truth, len(CHANNELS)).permute(0, 4, 1, 2, 3)
    both = (share * wanted).sum((0, 2, 3, 4))
    sizes = wanted.sum((0, 2, 3, 4))
    dice = (2 * both + 1) / (share.sum((0, 2, 3, 4)) + sizes + 1)
    present = sizes > 0
    return entropy + 1 - dice[present].mean()


def batch(maps: list[Head], batches) -> tuple[torch.Tensor, torch.Tensor]:
    size, count, _ = random.choices(batches, [share for _, _, share in batches])[0]
    drawn = [draw(random.choice(maps), size, spread=0.6 if size[0] < 150 else 0.25) for _ in range(count)]
    return torch.stack([image for image, _ in drawn])[:, None], torch.stack([truth for _, truth in drawn]).long()


def follow(average: torch.nn.Module, network: torch.nn.Module, step: int) -> None:
    keep = min(0.998, (1 + step) / (10 + step))
    with torch.no_grad():
        for old, new in zip(average.parameters(), network.parameters()):
            old.lerp_(new, 1 - keep)
        for old, new in zip(average.buffers(), network.buffers()):
            old.copy_(new)


def settle(average: torch.nn.Module, maps: list[Head], batches, rounds: int) -> None:
    """Takes the statistics of the normalisation anew: those of the last steps belong to other weights."""
    average.train()
    for unit in average.modules():
        if isinstance(unit, torch.nn.BatchNorm3d):
            unit.reset_running_stats()
            unit.momentum = None
    with torch.no_grad():
        for _ in range(rounds):
            image, _ = batch(maps, batches)
            with half_precision(image):
                average(image)
    average.eval()


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    random.seed(options.seed)
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    packed = np.load(options.heads)
    maps = [Head(torch.from_numpy(packed[name]).to(options.device)) for name in packed.files if name.startswith("train")]
    batches = SMALL if options.small else BATCHES
    network = HeadTissues().to(options.device)
    if options.start:
        network.load_state_dict(torch.load(options.start, map_location=options.device))
    if options.channels_last:
        network = network.to(memory_format=torch.channels_last_3d)
    average = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=options.rate, weight_decay=1e-4)
    start, step, saved, log = time.time(), 0, 0.0, []
    seconds = options.minutes * 60
    while (elapsed := time.time() - start) < seconds:
        rate = options.rate * min(1, (step + 1) / 150) * (0.5 + 0.5 * math.cos(math.pi * elapsed / seconds))
        for group in optimizer.param_groups:
            group["lr"] = rate
        image, truth = batch(maps, batches)
        if options.channels_last:
            image = image.contiguous(memory_format=torch.channels_last_3d)
        with half_precision(image):
            logits = network(image)
        loss = loss_of(logits, truth)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        step += 1
        follow(average, network, step)
        if step % 50 == 0:
            log.append({"step": step, "seconds": round(elapsed, 1), "loss": round(float(loss), 4)})
            print(log[-1], flush=True)
        if elapsed - saved > 60:
            saved = elapsed
            torch.save(average.state_dict(), f"{options.out}/head-tissues.pt")
    settle(average, maps, batches, 20 if options.small else 150)
    torch.save(average.state_dict(), f"{options.out}/head-tissues.pt")
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
    record = {"seed": options.seed, "start": options.start is not None, "minutes": options.minutes, "steps": step, "device": device, "torch": torch.__version__, "maps": len(maps), "log": log}
    with open(f"{options.out}/training.json", "w") as file:
        json.dump(record, file, indent=1)
    print(f"{step} steps on {device}")


if __name__ == "__main__":
    options = arguments()
    os.makedirs(options.out, exist_ok=True)
    train(options)
