"""The numbers in draw_test.cc: SplitMix64 from SHA-256, as draw.h says.

Run with any Python 3; prints the first numbers of two streams.
"""
import hashlib
import math


def stream(seed, axis):
    digest = hashlib.sha256(f"{seed}/plan/random/{axis}".encode()).hexdigest()
    state = int(digest[:16], 16)
    mask = 2**64 - 1
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        yield (z >> 11) * 2.0**-53


def show(name, values):
    print(name, ", ".join(repr(value) for value in values))


for axis in ("lr", "l2"):
    numbers = [u for u, _ in zip(stream(7, axis), range(4))]
    show(f"{axis} uniform:", numbers)
    show(f"{axis} log 0.001 to 1:",
         [float("%.4g" % (0.001 * 1000**u)) for u in numbers])
    show(f"{axis} linear -1 to 1:",
         [float("%.4g" % (2 * u - 1)) for u in numbers])
    show(f"{axis} integers 1 to 6:", [1 + math.floor(6 * u) for u in numbers])
    show(f"{axis} integers 1 to 1000, log:",
         [math.floor(1001**u) for u in numbers])
