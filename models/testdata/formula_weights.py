"""Weights from a formula; models/testing.h has the same in C++ and explains it.
"""
import numpy as np
import torch


def _mixed(x):
    """Spreads every bit of x over all 32."""
    for _ in range(2):
        x = ((x ^ (x >> 16)) * 73244475) & 0xFFFFFFFF
    return x ^ (x >> 16)


def formula_tensor(name, shape):
    """float32 in [-1, 1), different for every name."""
    start = 2166136261
    for byte in name.encode():
        start = ((start ^ byte) * 16777619) & 0xFFFFFFFF
    index = np.arange(np.prod(shape, dtype=np.int64), dtype=np.uint64)
    mixed = _mixed((index * 2654435761 + start) & 0xFFFFFFFF)
    values = (mixed >> 8).astype(np.float32) * np.float32(2**-23) - 1
    return torch.from_numpy(values.reshape(shape))


def formula_weights(name, shape):
    """The parameter or buffer `name` of a network."""
    u = formula_tensor(name, shape)
    if len(shape) > 1:
        return u * (6 / (u.numel() // shape[0])) ** 0.5
    if name.endswith("running_var"):
        return 1 + 0.5 * u
    return 0.1 * u + 0.7 if name.endswith("weight") else 0.1 * u


def set_formula_weights(module):
    """Gives every floating-point parameter and buffer its formula_weights."""
    for name, tensor in module.state_dict().items():
        if tensor.is_floating_point():
            tensor.copy_(formula_weights(name, tuple(tensor.shape)))
