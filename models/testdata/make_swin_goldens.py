#!/usr/bin/python3
"""Writes swin_t.txt with what torchvision's Swin Transformers compute.

Usage: models/testdata/make_swin_goldens.py (Debian: apt install
python3-torchvision)

Weights and inputs come from formula_weights.py; all is computed in float64,
without stochastic depth. Made with torchvision 0.14 on PyTorch 1.13.
"""
from torchvision.models.swin_transformer import SwinTransformer

from golden_rows import rows_of_passes, write

TINY = dict(patch_size=[4, 4], embed_dim=96, depths=[2, 2, 6, 2],
            num_heads=[3, 6, 12, 24], window_size=[7, 7])
SMALL = dict(patch_size=[2, 2], embed_dim=64, depths=[2, 3], num_heads=[2, 4],
             window_size=[4, 4])

# The second block of a stage is a shifted one.
SOME = [
    "features.0.0.weight", "features.1.1.attn.relative_position_bias_table",
    "features.3.1.attn.qkv.weight",
]
ONE_OF_EACH = SOME + [
    "features.0.2.weight", "features.1.0.norm1.bias",
    "features.1.0.attn.relative_position_bias_table",
    "features.1.1.attn.qkv.bias", "features.1.1.attn.proj.weight",
    "features.1.1.norm2.weight", "features.1.1.mlp.0.weight",
    "features.1.1.mlp.3.bias", "features.2.norm.weight",
    "features.2.reduction.weight", "norm.bias", "head.weight",
]


def rows(case, architecture, shape, gradients):
    model = SwinTransformer(**architecture, num_classes=10,
                            stochastic_depth_prob=0)
    return rows_of_passes(case, model, shape, gradients)


write("swin_t.txt", [
    *rows("224x224", TINY, (1, 3, 224, 224), SOME),
    # 10 x 14 tokens: the windows of one axis are filled up.
    *rows("40x56", TINY, (2, 3, 40, 56), ONE_OF_EACH),
    # 8 x 8 tokens, then 4 x 4, 2 x 2 and 1 x 1.
    *rows("32x32", TINY, (2, 3, 32, 32), SOME),
    # 11 x 4 tokens: shifted on one axis, and odd for merging.
    *rows("small", SMALL, (2, 3, 22, 8), SOME),
])
