#!/usr/bin/python3
"""Writes the goldens of sgd, momentum, adam and adamw with PyTorch.

Usage: optimizers/testdata/make_goldens.py (Debian: apt install python3-torch)

The problem is that of optimizers/testing.h. Row t of a file: the loss before
update t, then weight and bias after it, in float64. Made with PyTorch 1.13.
"""
import pathlib

import torch

STEPS = 20
LR = 0.5


def steps(optimizer_class, **options):
    """Trains and yields the rows."""
    weight = torch.sin(torch.arange(6, dtype=torch.float64) + 0.5).view(3, 2)
    bias = torch.cos(torch.arange(3, dtype=torch.float64))
    weight.requires_grad_()
    bias.requires_grad_()
    optimizer = optimizer_class([weight, bias], lr=LR, **options)
    for t in range(STEPS):
        inputs = torch.sin(torch.arange(8, dtype=torch.float64) + 8 * t)
        targets = torch.cos(torch.arange(12, dtype=torch.float64) + 12 * t)
        # The learning rate falls: the schedule's part.
        optimizer.param_groups[0]["lr"] = LR * (1 / (1 + 0.1 * t))
        optimizer.zero_grad()
        outputs = torch.tanh(
            torch.nn.functional.linear(inputs.view(4, 2), weight, bias))
        loss = (outputs - targets.view(4, 3)).square().mean()
        loss.backward()
        optimizer.step()
        yield [loss.item()] + weight.flatten().tolist() + bias.tolist()


def write(name, optimizer_class, **options):
    rows = steps(optimizer_class, **options)
    lines = [" ".join("%.13g" % x for x in row) for row in rows]
    folder = pathlib.Path(__file__).parent
    (folder / name).write_text("\n".join(lines) + "\n")


write("sgd.txt", torch.optim.SGD)
write("momentum.txt", torch.optim.SGD, momentum=0.9)
write("momentum_nesterov.txt", torch.optim.SGD, momentum=0.8, nesterov=True)
write("adam.txt", torch.optim.Adam)
write("adam_options.txt", torch.optim.Adam, betas=(0.8, 0.9), eps=0.1)
write("adamw.txt", torch.optim.AdamW)
write("adamw_options.txt", torch.optim.AdamW, betas=(0.8, 0.9), eps=0.1,
      weight_decay=0.3)
