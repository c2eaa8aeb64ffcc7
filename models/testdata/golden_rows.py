"""Lines of golden files; ReadGoldens in models/testing.h reads them."""
import hashlib
import pathlib

from formula_weights import formula_tensor, set_formula_weights

NUM_VALUES = 11


def row(name, tensor):
    """The name and a few values, at even steps from the first on."""
    flat = tensor.detach().flatten()
    places = [i * flat.numel() // NUM_VALUES for i in range(NUM_VALUES)]
    values = flat[places] if flat.numel() > 1 else flat
    return " ".join([name] + ["%.9g" % x for x in values.tolist()])


def hash_of_names(module):
    """The first four bytes, as a number, of a digest of the sorted names of
    parameters and buffers."""
    text = "\n".join(sorted(module.state_dict()))
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def rows_of_passes(case, model, shape, gradients):
    """Outputs in eval and in training mode, and gradients by name, of a model
    whose last layer is `head`, with formula weights in float64."""
    read_by_head = []
    model.head.register_forward_hook(
        lambda module, inputs, output: read_by_head.append(inputs[0]))
    set_formula_weights(model)
    model.double()
    yield "%s.names %d" % (case, hash_of_names(model))
    for mode, training in (("eval", False), ("train", True)):
        logits = model.train(training)(formula_tensor("inputs", shape).double())
        yield row("%s.%s.logits" % (case, mode), logits)
        yield row("%s.%s.representation" % (case, mode), read_by_head[-1])
    (logits * formula_tensor("gradient", logits.shape)).sum().backward()
    for name in gradients:
        yield row("%s.train.gradient.%s" % (case, name),
                  model.get_parameter(name).grad)


def write(file_name, rows):
    path = pathlib.Path(__file__).with_name(file_name)
    path.write_text("\n".join(rows) + "\n")
