#!/usr/bin/env python3
"""Training samples per second of networks in Python PyTorch.

  tools/bench/peers/steps.py --models=fcn,cnn --format=channels_last

Networks equal to Bigstep's of the same options, by plain SGD with learning
rate 0.01. Inputs are one tensor, from which batches are gathered: random bytes
for images, random signs for parity. Prints a line of JSON for each network: the
median of several timings. On another device than the CPU, data and indices are
there, and products are of float32 (no TF32), as in Bigstep.
"""

import argparse
import json
import statistics
import time

import torch
import torchvision
from torch import nn
from torch.nn import functional

CLASSES = 10


def fcn():
    widths = [2352, 100, 100, 100, CLASSES]
    layers = [nn.Flatten()]
    for fan_in, fan_out in zip(widths, widths[1:]):
        layers += [nn.Linear(fan_in, fan_out, bias=False), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def parity():
    widths = [20, 100, 100, 2]
    layers = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def cnn():
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 7 * 7, CLASSES))


def resnet18():
    """With Bigstep's stem `cifar`."""
    model = torchvision.models.resnet18(num_classes=CLASSES)
    model.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
    nn.init.kaiming_normal_(model.conv1.weight, mode="fan_out",
                            nonlinearity="relu")
    model.maxpool = nn.Identity()
    return model


def resnet50():
    return torchvision.models.resnet50(num_classes=CLASSES)


def swin_t():
    return torchvision.models.swin_t(num_classes=CLASSES)


# Maker, side of the images (None: vectors), batch size, examples.
MODELS = {"fcn": (fcn, 28, 128, 10000),
          "parity": (parity, None, 100, 10000),
          "cnn": (cnn, 28, 128, 10000),
          "resnet18": (resnet18, 32, 128, 2000),
          "swin_t": (swin_t, 224, 16, 100),
          "resnet50": (resnet50, 224, 16, 100)}


def make_gather(side, size, channels_last, device):
    """A function from indices [M] to inputs [M, ...] float32."""
    if side is None:
        signs = torch.randint(0, 2, (size, 20), device=device)
        signs = signs.float().mul_(2).sub_(1)
        return lambda indices: signs.index_select(0, indices)
    shape = (size, side, side, 3) if channels_last else (size, 3, side, side)
    images = torch.randint(0, 256, shape, dtype=torch.uint8, device=device)

    def gather(indices):
        x = images.index_select(0, indices).float().mul_(1 / 255)
        return x.permute(0, 3, 1, 2) if channels_last else x

    return gather


def make_step(name, channels_last, device, compiled):
    """A function that takes a step, and the batch size."""
    make, side, batch, size = MODELS[name]
    torch.manual_seed(0)
    gather = make_gather(side, size, channels_last, device)
    labels = torch.randint(0, 2 if side is None else CLASSES, (size,),
                           device=device)
    model = make().train().to(device)
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    parameters = list(model.parameters())
    optimizer = torch.optim.SGD(parameters, lr=0.01, foreach=True)
    if compiled:
        # Kernels fused, and replayed as a CUDA graph on a GPU.
        model = torch.compile(model, mode="reduce-overhead")

    def step():
        indices = torch.randint(0, size, (batch,), device=device)
        x = gather(indices)
        y = labels.index_select(0, indices)
        for p in parameters:
            p.grad = None
        functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    return step, batch


def seconds_of(step, steps, device):
    start = time.perf_counter()
    for _ in range(steps):
        step()
    if device != "cpu":
        torch.cuda.synchronize(device)
    return time.perf_counter() - start


def measure(arguments, name):
    """Samples per second."""
    device = arguments.device
    step, batch = make_step(name, arguments.format == "channels_last", device,
                            arguments.compile)
    seconds_of(step, 5 if arguments.compile else 2, device)
    steps = max(1, round(arguments.seconds / seconds_of(step, 1, device)))
    rates = [batch * steps / seconds_of(step, steps, device)
             for _ in range(arguments.timings)]
    return statistics.median(rates)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--models", default=",".join(MODELS),
                        help="separated by commas, of " + ", ".join(MODELS))
    parser.add_argument("--format", default="nchw",
                        choices=["nchw", "channels_last"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--timings", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1,
                        help="of each timing, at least one step")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--compile", action="store_true",
                        help="the network by torch.compile")
    arguments = parser.parse_args()
    names = arguments.models.split(",")
    for name in names:
        if name not in MODELS:
            parser.error("no model '%s' (known: %s)" %
                         (name, ", ".join(MODELS)))
    torch.set_num_threads(arguments.threads)
    torch.set_flush_denormal(True)
    torch.backends.cudnn.allow_tf32 = False
    for name in names:
        print(json.dumps({"model": name, "format": arguments.format,
                          "samples_per_s": round(measure(arguments, name), 2)}),
              flush=True)


if __name__ == "__main__":
    main()
