#!/usr/bin/python3
"""Writes goldens.txt with numpy, scipy, scikit-image, OpenCV, Pillow, ImageMagick.

Usage: datasets/corruptions/testdata/make_goldens.py (Debian: apt install
imagemagick python3-opencv python3-pil python3-skimage)

Each corruption, at each level, of the image of testing.h, the random ones with
RandomStream(7, level). A line: name, level, sum of the result's 3072 bytes, then
every 67th byte of the result [3, 32, 32] in hexadecimal. "frost_textures" has
the textures of testing.h in place of photographs. Made with numpy 1.24, scipy
1.10, scikit-image 0.19, OpenCV 4.6, Pillow 9.4, libjpeg-turbo 2.1, ImageMagick
6.9 (16 bits).
"""
import io
import math
import pathlib
import subprocess

import cv2
import numpy as np
from PIL import Image
from scipy import ndimage, stats
from skimage import color, filters

SIDE = 32
MASK = 2**64 - 1


def mix(z):
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9 & MASK
    z = (z ^ z >> 27) * 0x94d049bb133111eb & MASK
    return z ^ z >> 31


class RandomStream:
    """As random_stream.h describes it, on arrays."""

    def __init__(self, seed, index):
        self.state = mix(mix(seed) + index & MASK)

    def uniform(self, low=0.0, high=1.0):
        self.state = self.state + 0x9e3779b97f4a7c15 & MASK
        return low + (high - low) * ((mix(self.state) >> 11) * 2.0**-53)

    def normal(self):
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        return radius * math.cos(2 * math.pi * self.uniform())

    def below(self, n):
        return int(self.uniform() * n)

    def normals(self):
        return np.array([self.normal() for _ in range(SIDE**2)]).reshape(
            SIDE, SIDE)

    def color_normals(self):
        planes = [self.normals() for _ in range(3)]
        return np.stack(planes, axis=-1)

    def uniforms(self, low, high, shape):
        count = int(np.prod(shape))
        return np.array([self.uniform(low, high)
                         for _ in range(count)]).reshape(shape)


def source_image():
    """[32, 32, 3] uint8: gray, black and white corners, else a pattern."""
    y, x, c = np.meshgrid(range(SIDE), range(SIDE), range(3), indexing="ij")
    image = (7 * x + 5 * y * (c + 1) + (x * y >> (c + 1))) & 255
    image[(x < 8) & (y < 8)] = 200
    image[(x >= 24) & (y < 8)] = 0
    image[(x < 8) & (y >= 24)] = 255
    return image.astype(np.uint8)


def textures():
    """Three textures [40, 44 + 3 t, 3] uint8."""
    result = []
    for t in range(3):
        y, x, c = np.meshgrid(range(40), range(44 + 3 * t), range(3),
                              indexing="ij")
        result.append(((3 * x * (t + 1) + 11 * y + 50 * c) & 255).astype(
            np.uint8))
    return result


def clip(x):
    return np.clip(x, 0, 1) * 255


def gaussian_noise(image, level, random):
    sigma = [.04, .06, .08, .09, .10][level - 1]
    return clip(image / 255. + sigma * random.color_normals())


def shot_noise(image, level, random):
    photons = [500, 250, 100, 75, 50][level - 1]
    u = np.stack([random.uniforms(0, 1, (SIDE, SIDE)) for _ in range(3)], -1)
    return clip(stats.poisson.ppf(u, image / 255. * photons).clip(0) / photons)


def impulse_noise(image, level, random):
    amount = [.01, .02, .03, .05, .07][level - 1]
    result = image.copy()
    for c, y, x in np.ndindex(3, SIDE, SIDE):
        if random.uniform() < amount:
            result[y, x, c] = 255 if random.uniform() < 0.5 else 0
    return result


def speckle_noise(image, level, random):
    sigma = [.06, .1, .12, .16, .2][level - 1]
    x = image / 255.
    return clip(x + x * (sigma * random.color_normals()))


def gaussian(image, sigma):
    return filters.gaussian(image / 255., sigma=sigma, channel_axis=-1)


def gaussian_blur(image, level, _):
    return clip(gaussian(image, [.4, .6, .7, .8, 1][level - 1]))


def defocus_blur(image, level, _):
    radius, sigma = [(.3, .4), (.4, .5), (.5, .6), (1, .2), (1.5, .1)][level - 1]
    y, x = np.mgrid[-8:9, -8:9]
    disc = (x**2 + y**2 <= radius**2).astype(np.float32)
    kernel = cv2.GaussianBlur(disc / disc.sum(), (3, 3), sigmaX=sigma)
    return clip(cv2.filter2D(image / 255., -1, kernel))


def glass_blur(image, level, random):
    sigma, walks = [(.05, 1), (.25, 1), (.4, 1), (.25, 2), (.4, 2)][level - 1]
    moved = np.uint8(gaussian(image, sigma) * 255)
    for _ in range(walks):
        for y in range(SIDE - 1, 1, -1):
            for x in range(SIDE - 1, 1, -1):
                left, up = random.below(2), random.below(2)
                # What swapping two views in one assignment does.
                here, there = moved[y, x], moved[y - up, x - left]
                here[:], there[:] = there, here
    return clip(gaussian(moved, sigma))


def magick_motion_blur(pixels, radius, sigma, degrees):
    png = io.BytesIO()
    Image.fromarray(pixels).save(png, format="PNG")
    blurred = subprocess.run(
        ["convert", "png:-", "-motion-blur",
         "%dx%r%+.17g" % (radius, sigma, degrees), "png:-"],
        input=png.getvalue(), capture_output=True, check=True).stdout
    mode = "L" if pixels.ndim == 2 else "RGB"
    return np.asarray(Image.open(io.BytesIO(blurred)).convert(mode))


def motion_blur(image, level, random):
    radius, sigma = [(6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5)][level - 1]
    return magick_motion_blur(image, radius, sigma, random.uniform(-45, 45))


def zoom_in(image, factor):
    size = math.ceil(SIDE / factor)
    start = (SIDE - size) // 2
    crop = image[start:start + size, start:start + size]
    zoomed = ndimage.zoom(crop, (factor, factor, 1), order=1)
    start = (zoomed.shape[0] - SIDE) // 2
    return zoomed[start:start + SIDE, start:start + SIDE]


def zoom_blur(image, level, _):
    factors = np.arange(1, [1.06, 1.11, 1.16, 1.21, 1.26][level - 1], .01)
    x = (image / 255.).astype(np.float32)
    total = np.zeros_like(x)
    for factor in factors:
        total += zoom_in(x, factor)
    return clip((x + total) / (len(factors) + 1))


def snow(image, level, random):
    mean, deviation, zoom, threshold, radius, sigma, kept = [
        (.1, .2, 1, .6, 8, 3, .95), (.1, .2, 1, .5, 10, 4, .9),
        (.15, .3, 1.75, .55, 10, 4, .9), (.25, .3, 2.25, .6, 12, 6, .85),
        (.3, .3, 1.25, .65, 14, 12, .8)][level - 1]
    flakes = zoom_in(mean + deviation * random.normals()[..., None], zoom)
    flakes[flakes < threshold] = 0
    flakes = magick_motion_blur(np.uint8(clip(flakes[..., 0])), radius, sigma,
                                random.uniform(-135, -45)) / 255.
    x = np.float32(image) / 255.
    gray = cv2.cvtColor(x, cv2.COLOR_RGB2GRAY)[..., None]
    x = kept * x + (1 - kept) * np.maximum(x, gray * 1.5 + 0.5)
    return clip(x + flakes[..., None] + np.rot90(flakes, 2)[..., None])


def frost(image, level, random):
    a, b = [(1, .2), (1, .3), (.9, .4), (.85, .4), (.75, .45)][level - 1]
    texture = textures()[random.below(3)]
    top = random.below(texture.shape[0] - SIDE)
    left = random.below(texture.shape[1] - SIDE)
    crop = texture[top:top + SIDE, left:left + SIDE]
    return np.clip(a * image + b * crop, 0, 255)


def plasma(size, decay, random):
    heights = np.zeros((size, size))
    step, wibble = size, 100

    def shifted(grid, down, right):
        return np.roll(grid, (-down, -right), (0, 1))

    def mean(*neighbours):
        noise = random.uniforms(-wibble, wibble, neighbours[0].shape)
        return sum(neighbours) / 4 + wibble * noise

    while step >= 2:
        half = step // 2
        corner = heights[::step, ::step]
        centre = heights[half::step, half::step]
        centre[:] = mean(corner, shifted(corner, 1, 0), shifted(corner, 0, 1),
                         shifted(corner, 1, 1))
        heights[::step, half::step] = mean(
            centre, shifted(centre, -1, 0), corner, shifted(corner, 0, 1))
        heights[half::step, ::step] = mean(
            centre, shifted(centre, 0, -1), corner, shifted(corner, 1, 0))
        step = half
        wibble /= decay
    heights -= heights.min()
    return heights / heights.max()


def fog(image, level, random):
    amount, decay = [(.2, 3), (.5, 3), (.75, 2.5), (1, 2),
                     (1.5, 1.75)][level - 1]
    x = image / 255.
    top = x.max()
    clouds = plasma(SIDE, decay, random)[..., None]
    return clip((x + amount * clouds) * top / (top + amount))


def spatter(image, level, random):
    mean, deviation, sigma, threshold, strength, mud = [
        (.62, .1, .7, .7, .5, 0), (.65, .1, .8, .7, .5, 0),
        (.65, .3, 1, .69, .5, 0), (.65, .1, .7, .69, .6, 1),
        (.65, .1, .5, .68, .6, 1)][level - 1]
    x = np.float32(image) / 255.
    liquid = filters.gaussian(mean + deviation * random.normals(), sigma=sigma)
    liquid[liquid < threshold] = 0
    if mud:
        mask = np.float32(liquid > threshold)
        m = filters.gaussian(mask, sigma=strength)
        m[m < 0.8] = 0
        m = m[..., None]
        brown = np.float32(np.array([63, 42, 20]) / 255.)
        return clip(x * (1 - m) + brown * m)
    drops = np.uint8(liquid * 255)
    shade = cv2.distanceTransform(255 - cv2.Canny(drops, 50, 150), cv2.DIST_L2,
                                  5)
    shade = np.uint8(cv2.blur(np.minimum(shade, 20), (3, 3)))
    emboss = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])
    shade = cv2.filter2D(cv2.equalizeHist(shade), cv2.CV_8U, emboss)
    shade = np.float32(cv2.blur(shade, (3, 3)))
    m = drops * shade
    m = (m / m.max() * np.float32(strength))[..., None]
    return clip(x + m * np.float32(np.array([175, 238, 238]) / 255.))


def brightness(image, level, _):
    x = color.rgb2hsv(image / 255.)
    x[..., 2] = np.clip(x[..., 2] + [.05, .1, .15, .2, .3][level - 1], 0, 1)
    return clip(color.hsv2rgb(x))


def contrast(image, level, _):
    x = image / 255.
    mean = x.mean(axis=(0, 1), keepdims=True)
    return clip((x - mean) * [.75, .5, .4, .3, .15][level - 1] + mean)


def saturate(image, level, _):
    a, b = [(.3, 0), (.1, 0), (1.5, 0), (2, .1), (2.5, .2)][level - 1]
    x = color.rgb2hsv(image / 255.)
    x[..., 1] = np.clip(x[..., 1] * a + b, 0, 1)
    return clip(color.hsv2rgb(x))


def jpeg(image, level, _):
    data = io.BytesIO()
    Image.fromarray(image).save(data, "JPEG",
                                quality=[80, 65, 58, 50, 40][level - 1])
    return np.asarray(Image.open(data))


def pixelate(image, level, _):
    size = int(SIDE * [.95, .9, .85, .75, .65][level - 1])
    small = Image.fromarray(image).resize((size, size), Image.BOX)
    return np.asarray(small.resize((SIDE, SIDE), Image.BOX))


def elastic(image, level, random):
    alpha, sigma, reach = SIDE * np.array(
        [(0, 0, .08), (.05, .2, .07), (.08, .06, .06), (.1, .04, .05),
         (.1, .03, .03)][level - 1])
    x = np.float32(image) / 255.
    points = np.float32([[26, 26], [26, 6], [6, 6]])
    moved = points + np.float32(random.uniforms(-reach, reach, (3, 2)))
    x = cv2.warpAffine(x, cv2.getAffineTransform(points, moved), (SIDE, SIDE),
                       borderMode=cv2.BORDER_REFLECT_101)
    dx, dy = (np.float32(alpha * filters.gaussian(
        random.uniforms(-1, 1, (SIDE, SIDE)), sigma, mode="reflect",
        truncate=3)) for _ in range(2))
    rows, columns = np.mgrid[:SIDE, :SIDE]
    planes = [ndimage.map_coordinates(x[..., c], (rows + dy, columns + dx),
                                      order=1, mode="reflect")
              for c in range(3)]
    return clip(np.stack(planes, axis=-1))


def main():
    lines = []
    for corruption in (gaussian_noise, shot_noise, impulse_noise, speckle_noise,
                       gaussian_blur, defocus_blur, glass_blur, motion_blur,
                       zoom_blur, snow, frost, fog, brightness, contrast,
                       spatter, elastic, jpeg, pixelate, saturate):
        for level in range(1, 6):
            result = corruption(source_image(), level, RandomStream(7, level))
            planes = np.uint8(result).transpose(2, 0, 1)
            lines.append("%s %d %d %s" % (
                corruption.__name__, level, planes.sum(),
                planes.ravel()[::67].tobytes().hex()))
    path = pathlib.Path(__file__).parent / "goldens.txt"
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
