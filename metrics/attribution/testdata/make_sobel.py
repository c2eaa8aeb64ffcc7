#!/usr/bin/python3
"""Writes sobel.txt with scikit-image.

Usage: metrics/attribution/testdata/make_sobel.py (Debian: apt install
python3-skimage)

The image has 5 rows and 6 columns; its pixels are sin(3 i^2) for i = 0, 1, ...
row by row. The file holds skimage.filters.sobel of it, computed in float64.
Made with scikit-image 0.19.3.
"""
import pathlib

import numpy
import skimage.filters

image = numpy.sin(3.0 * numpy.arange(30)**2).reshape(5, 6)
magnitude = skimage.filters.sobel(image)
lines = [" ".join("%.13g" % x for x in row) for row in magnitude]
(pathlib.Path(__file__).parent / "sobel.txt").write_text("\n".join(lines) + "\n")
