#!/usr/bin/python3
"""Writes <model>.txt with what torchvision's models compute.

Usage: models/testdata/make_goldens.py (Debian: apt install
python3-torchvision)

Weights and inputs come from formula_weights.py; all is computed in float64.
Made with torchvision 0.14 on PyTorch 1.13.
"""
import torch
import torchvision

from formula_weights import formula_tensor, set_formula_weights
from golden_rows import hash_of_names, row, write

NUM_CLASSES = 10


def resnet(architecture, stem):
    model = architecture(num_classes=NUM_CLASSES)
    if stem == "cifar":
        # The usual change for small images: no reduction before layer1.
        model.conv1 = torch.nn.Conv2d(3, 64, 3, padding=1, bias=False)
        model.maxpool = torch.nn.Identity()
    set_formula_weights(model)
    return model.double()


def resnet_rows(architecture, stem, size, training):
    model = resnet(architecture, stem)
    yield "%s.names %d" % (stem, hash_of_names(model))
    pooled = []
    model.avgpool.register_forward_hook(
        lambda module, inputs, output: pooled.append(output))
    inputs = formula_tensor("inputs", (4, 3, size, size)).double()
    with torch.no_grad():
        logits = model.eval()(inputs)
    yield row(stem + ".eval.logits", logits)
    yield row(stem + ".eval.representation", pooled[-1])
    if not training:
        return
    logits = model.train()(inputs)
    (logits * formula_tensor("gradient", logits.shape)).sum().backward()
    yield row(stem + ".train.logits", logits)
    yield row(stem + ".train.representation", pooled[-1])
    for name, parameter in model.named_parameters():
        if name in ["conv1.weight", "bn1.bias", "layer1.0.conv2.weight",
                    "layer2.0.downsample.0.weight", "layer4.1.bn2.weight",
                    "fc.weight", "fc.bias"]:
            yield row(stem + ".train.gradient." + name, parameter.grad)
    for name, buffer in model.named_buffers():
        if name.startswith(("bn1.", "layer3.0.downsample.1.", "layer4.1.bn2.")):
            yield row(stem + ".train.buffer." + name, buffer)


def write_resnet(name, stems, training=True):
    architecture = getattr(torchvision.models, name)
    rows = []
    for stem, size in stems:
        rows += resnet_rows(architecture, stem, size, training)
    write(name + ".txt", rows)


write_resnet("resnet18", [("imagenet", 64), ("cifar", 16)])
write_resnet("resnet50", [("imagenet", 64), ("cifar", 16)])
write_resnet("wide_resnet101_2", [("imagenet", 32)], training=False)
