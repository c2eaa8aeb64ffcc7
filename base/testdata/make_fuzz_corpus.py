#!/usr/bin/env python3
"""Writes malformed files for the fuzz target to start from, into fuzz/.

Usage: base/testdata/make_fuzz_corpus.py
"""

import pathlib
import struct


def tensor(name, begin, end, shape="[1]"):
    return '"%s":{"dtype":"F32","shape":%s,"data_offsets":[%d,%d]}' % (
        name, shape, begin, end)


def file(*tensors):
    header = "{%s}" % ",".join(tensors)
    return struct.pack("<Q", len(header)) + header.encode() + bytes(8)


def main():
    files = {
        # The last bytes of the data are missing.
        "cut": file(tensor("a", 0, 4), tensor("b", 4, 8))[:-3],
        "overlap": file(tensor("a", 0, 4), tensor("b", 2, 6)),
        "nested": file(tensor("a", 0, 4, shape="[[1]]")),
        "duplicate": file(tensor("a", 0, 4), tensor("a", 4, 8)),
    }
    folder = pathlib.Path(__file__).with_name("fuzz")
    for name, data in files.items():
        (folder / (name + ".safetensors")).write_bytes(data)


main()
