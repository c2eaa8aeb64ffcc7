#!/usr/bin/env python3
"""Steps per second of many equal networks trained as one, in Python PyTorch.

  tools/gpu_check/fused_mlp.py --device=cuda

B networks 20-100-100-2 (that of parity_knobs), each with a learning rate and a
batch of 100 of its own, by torch.baddbmm and plain SGD. On CUDA the step is
recorded in a graph and replayed. What could be gained if Bigstep trained trials
that way; it does not. Prints a line for each B, then all in one line.
"""

import argparse
import time

import torch
from torch.nn import functional

WIDTHS = [20, 100, 100, 2]
BATCH = 100
EXAMPLES = 10000


def make_step(networks, device):
    generator = torch.Generator(device).manual_seed(0)
    data = torch.randint(0, 2, (EXAMPLES, WIDTHS[0]), device=device,
                         generator=generator).float().mul_(2).sub_(1)
    labels = (data[:, :3].prod(1) > 0).long()
    rates = torch.logspace(-3, -1, networks, device=device)[:, None, None]
    parameters = []
    for fan_in, fan_out in zip(WIDTHS, WIDTHS[1:]):
        bound = fan_in**-0.5
        for rows in [fan_in, 1]:
            p = torch.empty((networks, rows, fan_out), device=device)
            p.uniform_(-bound, bound, generator=generator)
            parameters.append(p.requires_grad_())

    def step():
        indices = torch.randint(0, EXAMPLES, (networks * BATCH,), device=device)
        x = data.index_select(0, indices).view(networks, BATCH, -1)
        for i in range(0, len(parameters), 2):
            x = torch.baddbmm(parameters[i + 1], x, parameters[i])
            if i + 2 < len(parameters):
                x = x.relu()
        # The sum, not the mean, of the networks' mean losses.
        loss = functional.cross_entropy(
            x.flatten(0, 1), labels.index_select(0, indices),
            reduction="sum") / BATCH
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for p, gradient in zip(parameters, gradients):
                p.sub_(rates * gradient)

    return step


def recorded(step):
    """`step` as the replay of a CUDA graph."""
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def steps_per_second(step, synchronize, seconds):
    count, steps = 0, 10
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        for _ in range(steps):
            step()
        synchronize()
        count += steps
    return count / (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--networks", help="as in 1,8,64")
    parser.add_argument("--seconds", type=float, default=1)
    arguments = parser.parse_args()
    cuda = arguments.device.startswith("cuda")
    sizes = arguments.networks or ("1,8,64,512,2048" if cuda else "1,8")
    summary = []
    for networks in [int(n) for n in sizes.split(",")]:
        step = make_step(networks, arguments.device)
        if cuda:
            step = recorded(step)
        step()
        rate = steps_per_second(
            step, torch.cuda.synchronize if cuda else lambda: None,
            arguments.seconds)
        print(f"B={networks}: {rate:.0f} steps/s, "
              f"{rate * networks:.0f} trial-steps/s", flush=True)
        summary.append(f"B={networks} {rate * networks:.3g}")
    print("trial-steps/s: " + ", ".join(summary))


if __name__ == "__main__":
    main()
