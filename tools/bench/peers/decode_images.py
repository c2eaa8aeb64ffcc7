#!/usr/bin/env python3
"""Images per second and core: Bigstep against Pillow and torchvision.

  bazel build //tools:bench_data
  tools/bench/peers/decode_images.py bazel-bin/tools/bench_data

Both prepare the same JPEG files, held in memory, as uint8 [3, H, W].
"""

import glob
import io
import json
import subprocess
import sys
import tempfile
import time

import PIL
import torch
import torchvision
from PIL import Image
from torchvision import transforms

SECONDS = 3


def prepare(steps):
    crop = transforms.Compose(steps + [transforms.PILToTensor()])
    return lambda data: crop(Image.open(io.BytesIO(data)).convert("RGB"))


PEERS = {
    "Prepare/photo": prepare([transforms.Resize(256),
                              transforms.CenterCrop(224)]),
    "Prepare/small": prepare([transforms.Resize((64, 64))]),
    "Decode/photo": lambda data: Image.open(io.BytesIO(data)).convert("RGB"),
    "Decode/small": lambda data: Image.open(io.BytesIO(data)).convert("RGB"),
}


def rate(work, files):
    """Files per second of CPU time, the best of several rounds."""
    best, end = 0, time.process_time() + SECONDS
    while time.process_time() < end:
        start = time.process_time()
        for data in files:
            work(data)
        best = max(best, len(files) / (time.process_time() - start))
    return best


def main():
    torch.set_num_threads(1)
    print("torchvision %s, Pillow %s" %
          (torchvision.__version__, PIL.__version__))
    with tempfile.TemporaryDirectory() as folder:
        # The best of five rounds, as of the peers.
        output = subprocess.check_output(
            [sys.argv[1], folder, "--benchmark_format=json",
             "--benchmark_repetitions=5"])
        ours = {}
        for run in json.loads(output)["benchmarks"]:
            if run["run_type"] == "iteration":
                name = run["run_name"]
                ours[name] = max(ours.get(name, 0), run["items_per_second"])
        print("%-14s %10s %10s %6s" % ("images/s", "bigstep", "peer", "ratio"))
        for name, work in PEERS.items():
            pattern = "%s/%s*.jpg" % (folder, name.split("/")[1])
            files = [open(path, "rb").read() for path in glob.glob(pattern)]
            peer = rate(work, files)
            print("%-14s %10.0f %10.0f %6.2f" %
                  (name, ours[name], peer, ours[name] / peer))


if __name__ == "__main__":
    main()
