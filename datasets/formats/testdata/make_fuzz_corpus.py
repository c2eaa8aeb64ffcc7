"""Writes valid files for the fuzz targets to start from, into fuzz/.

Run it in this folder: python3 make_fuzz_corpus.py
"""

import gzip
import struct

TABLE = 'id,a,b\r\n1,0,"x, ""y"""\n2,9,"two\nlines"\n'


def main():
    # Of rank 3: a byte that is 2 modulo 4, then the file.
    idx = struct.pack(">BBBBIII", 0, 0, 8, 3, 2, 2, 3) + bytes(range(12))
    # The layout (0: one label byte, 1 or 2: two, of which the first or the
    # second counts), then a record of CIFAR.
    pixels = bytes(i % 256 for i in range(3 * 32 * 32))
    files = {
        "ten.cifar": b"\x00\x09" + pixels,
        "coarse.cifar": b"\x01\x13\x63" + pixels,
        "table.csv": TABLE.encode(),
        "plain.idx": b"\x02" + idx,
        "packed.idx": b"\x02" + gzip.compress(idx, mtime=0),
    }
    for name, data in files.items():
        with open("fuzz/" + name, "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main()
