"""Weights to ONNX: python export.py OUT MODEL.onnx

Folds the normalisation into the convolutions, writes float32 with free edges, and compares ONNX Runtime with PyTorch on an image
that is different along every axis: a wrong axis order differs by far more than the 1e-4 allowed.
"""

import sys

import numpy as np
import onnx
import onnxruntime
import torch
from torch.nn.utils.fusion import fuse_conv_bn_eval

from network import HeadTissues, Unit

TOLERANCE = 1e-4


def folded(network: HeadTissues) -> HeadTissues:
    for unit in network.modules():
        if isinstance(unit, Unit):
            unit[0] = fuse_conv_bn_eval(unit[0], unit[1])
            unit[1] = torch.nn.Identity()
    return network


def uneven(size: tuple[int, int, int]) -> torch.Tensor:
    z, y, x = (torch.linspace(0, 1, n) for n in size)
    ramp = 0.5 * z.view(-1, 1, 1) ** 2 + 0.3 * y.view(1, -1, 1) + 0.2 * torch.sin(9 * x).view(1, 1, -1)
    return (ramp + 0.1 * torch.randn(size, generator=torch.Generator().manual_seed(5)))[None, None]


def main() -> None:
    folder, path = sys.argv[1:]
    network = HeadTissues()
    network.load_state_dict(torch.load(f"{folder}/head-tissues.pt", map_location="cpu"))
    network = folded(network.eval())
    edges = {2: "z", 3: "y", 4: "x"}
    torch.onnx.export(network, (uneven((32, 32, 32)),), path, input_names=["image"], output_names=["logits"], dynamic_axes={"image": edges, "logits": edges}, opset_version=17, dynamo=False)
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(path)
    image = uneven((48, 64, 40))
    with torch.no_grad():
        expected = network(image).numpy()
    (said,) = session.run(None, {"image": image.numpy()})
    worst = float(np.abs(said - expected).max())
    turned = session.run(None, {"image": image.numpy().transpose(0, 1, 4, 3, 2).copy()})[0].transpose(0, 1, 4, 3, 2)
    if worst > TOLERANCE:
        raise SystemExit(f"ONNX Runtime differs by {worst:.2g} from PyTorch, {TOLERANCE} is allowed")
    print(f"{path}: differs by {worst:.2g}; with axes swapped by {float(np.abs(turned - expected).max()):.2g}")


if __name__ == "__main__":
    main()
