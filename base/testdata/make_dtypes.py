#!/usr/bin/env python3
"""Writes dtypes.safetensors: one tensor of each dtype that is read.

Usage: base/testdata/make_dtypes.py

Follows the description of the format with the standard library alone:
https://github.com/huggingface/safetensors#format
"""

import json
import pathlib
import struct


def bfloat16(value):
    """The upper half of a float32; exact for the values below."""
    return struct.pack("<f", value)[2:]


TENSORS = {
    # An odd number of bytes of 2 before items of 8: places are not aligned.
    "half": ("F16", [3], struct.pack("<3e", 0.5, -65504, 2**-24)),
    "brain": ("BF16", [2, 1], bfloat16(-1.5) + bfloat16(2.0**100)),
    "double": ("F64", [2], struct.pack("<2d", 0.1, -3.0)),
    "long": ("I64", [], struct.pack("<q", -(2**40))),
    "empty": ("F32", [0, 4], b""),
    "float": ("F32", [2, 3], struct.pack("<6f", 1, 2, 3, 4, 5, 0.1)),
}


def main():
    header = {"__metadata__": {"format": "pt", "made by": "make_dtypes.py"}}
    data = b""
    for name, (dtype, shape, values) in TENSORS.items():
        offsets = [len(data), len(data) + len(values)]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
        data += values
    text = json.dumps(header).encode()
    path = pathlib.Path(__file__).with_name("dtypes.safetensors")
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


main()
