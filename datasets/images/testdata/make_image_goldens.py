"""Writes the images in images/ and what Pillow and torchvision make of images.

Run it in this folder: /usr/bin/python3 make_image_goldens.py
Witnesses of the committed files: Pillow 9.4.0 on libjpeg-turbo 2.1.5 and
libpng 1.6.39, torchvision 0.14.1, OpenCV 4.6.0.
"""

import io
import math
import struct
import zlib

import cv2
import numpy as np
import torch
from PIL import Image, ImageOps
from torchvision import transforms


def pattern(height, width):
    """Pixels [height, width, 3] that resample_test.cc makes likewise."""
    y, x, c = np.ogrid[:height, :width, :3]
    values = 7 * y * y + 13 * x * x + 3 * x * y + 29 * c * (x + 1)
    return (values % 256).astype(np.uint8)


def smooth(height, width):
    """Pixels as of a photograph, that JPEG keeps well."""
    y, x, c = np.ogrid[:height, :width, :3]
    return (128 + 100 * np.sin((y + 2 * x) / 5.0 + 2 * c)).astype(np.uint8)


# Images.


def jpeg(image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))


def scanlines(samples, bits):
    """Samples [height, width, channels] as unfiltered scanlines."""
    lines = b""
    for row in samples.reshape(samples.shape[0], -1):
        if bits == 16:
            data = row.astype(">u2").tobytes()
        else:
            ones = [(int(v) >> b) & 1 for v in row for b in range(bits)[::-1]]
            data = np.packbits(np.array(ones, np.uint8)).tobytes()
        lines += b"\0" + data
    return lines


def png(samples, bits, kind, extra=b"", interlaced=False):
    """kind: 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha."""
    height, width = samples.shape[:2]
    data = b""
    if interlaced:  # Adam7: first column, first row, steps.
        for x, y, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8),
                             (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
                             (0, 1, 1, 2)]:
            part = samples[y::dy, x::dx]
            if part.size:
                data += scanlines(part, bits)
    else:
        data = scanlines(samples, bits)
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0,
                         int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra +
            chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


def make_images():
    h, w = 7, 9
    rgb = smooth(h, w)
    image = Image.fromarray(rgb)
    rotated = Image.Exif()
    rotated[0x0112] = 6  # Orientation: turn by 90 degrees.
    cmyk = Image.fromarray(
        np.concatenate([rgb, smooth(h, w)[..., :1] // 2], 2), "CMYK")
    wide = pattern(h, w).astype(np.uint16) * 257 // 2 + 77
    gray = rgb[..., :1]
    alpha = pattern(h, w)[..., 1:2]
    palette = chunk(b"PLTE", pattern(1, 256).tobytes())
    transparent = chunk(b"tRNS", bytes(range(0, 256, 5)))
    return {
        "rgb.jpg": jpeg(image, quality=90),
        "rgb_full_chroma.jpg": jpeg(image, quality=90, subsampling=0),
        "gray.jpg": jpeg(image.convert("L"), quality=90),
        "cmyk.jpg": jpeg(cmyk, quality=90),
        "progressive.jpg": jpeg(image, quality=90, progressive=True),
        "turned.jpg": jpeg(image, quality=90, exif=rotated),
        "rgb.png": png(rgb, 8, 2),
        "rgb16.png": png(wide, 16, 2),
        "rgb_alpha.png": png(np.concatenate([rgb, alpha], 2), 8, 6),
        "gray1.png": png(gray >> 7, 1, 0),
        "gray2.png": png(gray >> 6, 2, 0),
        "gray4.png": png(gray >> 4, 4, 0),
        "gray8.png": png(gray, 8, 0),
        "gray16.png": png(wide[..., :1], 16, 0),
        "gray_alpha.png": png(np.concatenate([gray, alpha], 2), 8, 4),
        "palette.png": png(gray, 8, 3, palette),
        "palette4.png": png(gray >> 4, 4, 3,
                            chunk(b"PLTE", pattern(1, 16).tobytes())),
        "palette_alpha.png": png(gray, 8, 3, palette + transparent),
        "interlaced.png": png(rgb, 8, 2, interlaced=True),
        "gamma.png": png(rgb, 8, 2, chunk(b"gAMA", struct.pack(">I", 100000))),
    }


def decode(name, data):
    if name == "gray16.png":  # Pillow cuts at 255; see image_decoder.h.
        gray = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        return np.repeat((gray >> 8).astype(np.uint8)[..., None], 3, 2)
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def write_images():
    with open("decoded.txt", "w") as goldens:
        for name, data in make_images().items():
            with open("images/" + name, "wb") as file:
                file.write(data)
            pixels = decode(name, data)
            print(name, *pixels.shape[:2], pixels.tobytes().hex(), file=goldens)


# Resampling: image size, source box, resized, window, mirrored.

RESAMPLED = [
    (11, 13, (0, 0, 11, 13), (5, 6), (0, 0, 5, 6), 0),
    (11, 13, (0, 0, 11, 13), (11, 13), (0, 0, 11, 13), 0),
    (5, 4, (0, 0, 5, 4), (9, 11), (0, 0, 9, 11), 0),
    (11, 13, (0, 0, 11, 13), (5, 20), (0, 0, 5, 20), 0),
    (11, 13, (2, 3, 7, 9), (5, 5), (0, 0, 5, 5), 0),
    (11, 13, (2, 3, 7, 9), (5, 5), (0, 0, 5, 5), 1),
    (11, 13, (0, 0, 11, 13), (8, 9), (2, 3, 4, 5), 0),
    (11, 13, (1, 1, 9, 10), (8, 9), (2, 0, 4, 5), 1),
    (300, 200, (0, 0, 300, 200), (4, 3), (0, 0, 4, 3), 0),
    (300, 200, (0, 0, 300, 200), (150, 100), (70, 33, 3, 5), 0),
    (1, 1, (0, 0, 1, 1), (3, 2), (0, 0, 3, 2), 0),
    (11, 13, (10, 12, 1, 1), (2, 2), (0, 0, 2, 2), 1),
]


def crop(image, box):
    top, left, height, width = box
    return image.crop((left, top, left + width, top + height))


def write_resampled():
    with open("resampled.txt", "w") as goldens:
        for h, w, source, size, window, mirrored in RESAMPLED:
            image = crop(Image.fromarray(pattern(h, w)), source)
            image = crop(image.resize(size[::-1], Image.BILINEAR), window)
            if mirrored:
                image = ImageOps.mirror(image)
            planes = np.asarray(image).transpose(2, 0, 1)
            print(h, w, *source, *size, *window, mirrored,
                  planes.tobytes().hex(), file=goldens)


# Test framing: image size, size, center, sides ("both", "shorter"), resized.

CENTERED = [
    (40, 30, 6, 0, "both", 6),
    (40, 30, 6, 0, "both", 7),
    (40, 30, 6, 0, "both", 9),
    (40, 30, 6, 0, "shorter", 6),
    (40, 30, 6, 0, "shorter", 7),
    (31, 47, 6, 0, "shorter", 9),
    (37, 23, 5, 0, "shorter", 8),
    (7, 5, 6, 0, "shorter", 8),
    (40, 30, 6, 17, "both", 6),
    (41, 30, 6, 18, "shorter", 8),
    (43, 36, 6, 33, "both", 6),
]


def write_centered():
    with open("centered.txt", "w") as goldens:
        for h, w, size, center, sides, resized in CENTERED:
            steps = [transforms.CenterCrop(center)] if center else []
            steps.append(transforms.Resize(
                (resized, resized) if sides == "both" else resized))
            steps.append(transforms.CenterCrop(size))
            image = transforms.Compose(steps)(Image.fromarray(pattern(h, w)))
            planes = np.asarray(image).transpose(2, 0, 1)
            print(h, w, size, center, sides, resized, planes.tobytes().hex(),
                  file=goldens)


# Random boxes: image size, scale, ratio.

BOXES = [
    (375, 500, (0.08, 1), (3 / 4, 4 / 3)),
    (500, 333, (0.08, 1), (3 / 4, 4 / 3)),
    (224, 224, (0.7, 1), (0.75, 1.3333333333333333)),
    (218, 178, (0.7, 1), (1, 1.3333333333333333)),
    (64, 64, (0.08, 1), (3 / 4, 4 / 3)),
    (20, 300, (0.9, 1), (3 / 4, 4 / 3)),
    (300, 20, (0.9, 1), (3 / 4, 4 / 3)),
    (100, 110, (1, 1), (3, 4)),
    (3, 2, (0.08, 0.1), (1, 1)),
]


def box_of(image, scale, ratio, draws):
    """torchvision's box for given uniform numbers."""
    tries, places = iter(draws[3:]), iter(draws[1:3])

    def uniform(self, low, high):
        return self.fill_(float(low) + next(tries) * (float(high) - float(low)))

    def randint(low, high, size):
        return torch.tensor([low + math.floor(next(places) * (high - low))])

    saved = torch.Tensor.uniform_, torch.randint
    torch.Tensor.uniform_, torch.randint = uniform, randint
    try:
        return transforms.RandomResizedCrop.get_params(image, scale, ratio)
    finally:
        torch.Tensor.uniform_, torch.randint = saved


def write_boxes():
    random = np.random.default_rng(1)
    with open("random_boxes.txt", "w") as goldens:
        for h, w, scale, ratio in BOXES:
            for _ in range(4):
                draws = [float("%.3f" % u) for u in random.uniform(0, 0.999, 23)]
                top, left, height, width = box_of(
                    torch.empty(3, h, w), scale, ratio, draws)
                print(h, w, *map(repr, scale + ratio), *draws, top, left,
                      height, width, file=goldens)


if __name__ == "__main__":
    write_images()
    write_resampled()
    write_centered()
    write_boxes()
