"""A trial as it is usually written: a Dataset, a DataLoader, an nn.Module.

Everything that can be left at its default is.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset
from torchvision import transforms

from study_data import generator, seed_of
from study_plan import options
from study_trial import (make_loss, optimizer_options, penalties, run,
                         sample)

EVALUATED = 1000  # The test_batch_size of PyTorch's example for MNIST.


class Digits(Dataset):
    """Images [28, 28, 3] of bytes and their labels."""

    def __init__(self, split, transform):
        self.images = split.inputs.view(-1, 3, 28, 28)
        self.images = self.images.permute(0, 2, 3, 1).contiguous().numpy()
        self.labels = split.labels.tolist()
        self.transform = transform

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.transform(self.images[index]), self.labels[index]


def make_dataset(split):
    if split.inputs.is_floating_point():
        return TensorDataset(split.inputs, split.labels)
    return Digits(split, transforms.ToTensor())


def make_model(section, inputs, classes):
    """nn.Linear starts uniform in +-1/sqrt(fan_in), biases as well."""
    o = options(section, hidden=[100], bias=False)
    layers = [nn.Flatten()]
    widths = [inputs] + o.hidden
    for fan_in, fan_out in zip(widths, widths[1:]):
        layers += [nn.Linear(fan_in, fan_out, bias=o.bias), nn.ReLU()]
    return nn.Sequential(*layers,
                         nn.Linear(widths[-1], classes, bias=o.bias))


class Asam(torch.optim.SGD):
    """ASAM over SGD. Kwon et al., arXiv:2102.11600, Algorithm 1."""

    def __init__(self, model, lr, rho, eta):
        super().__init__(model.parameters(), lr=lr)
        self.model, self.rho, self.eta = model, rho, eta

    def scale(self, name, p):
        return p.abs() + self.eta if "weight" in name else 1

    @torch.no_grad()
    def climb(self):
        named = list(self.model.named_parameters())
        norm = sum((self.scale(name, p) * p.grad).square().sum()
                   for name, p in named).sqrt() + 1e-12
        self.weights = [p.clone() for _, p in named]
        for name, p in named:
            p += self.rho / norm * self.scale(name, p) ** 2 * p.grad

    @torch.no_grad()
    def step(self):
        for p, weight in zip(self.model.parameters(), self.weights):
            p.copy_(weight)
        super().step()


def make_optimizer(section, model, weight_decay):
    o = optimizer_options(section)
    if o.name == "asam":
        return Asam(model, o.lr, o.rho, o.eta)
    if o.name == "adam":
        return torch.optim.Adam(model.parameters(), lr=o.lr,
                                weight_decay=weight_decay)
    return torch.optim.SGD(model.parameters(), lr=o.lr, momentum=o.momentum,
                           weight_decay=weight_decay)


def epochs(loader):
    while True:
        yield from loader


def make_step(trial, dataset, model):
    l1, l2 = penalties(trial)
    loss_of = make_loss(trial.loss)
    optimizer = make_optimizer(trial.optimizer, model, l2)
    source = epochs(DataLoader(dataset, shuffle=True,
                               batch_size=trial.training["batch_size"]))

    def gradients(x, y):
        optimizer.zero_grad()
        loss = loss_of(model(x), y)
        if l1:
            loss = loss + l1 * sum(p.abs().sum() for p in model.parameters())
        loss.backward()
        return loss

    def step():
        x, y = next(source)
        model.train()
        loss = gradients(x, y)
        if isinstance(optimizer, Asam):
            optimizer.climb()
            gradients(x, y)
        optimizer.step()
        return loss.detach()

    return step


def accuracy(model, dataset):
    """None if logits are not finite."""
    right, finite = 0, True
    model.eval()
    with torch.no_grad():
        for x, y in DataLoader(dataset, batch_size=EVALUATED):
            logits = model(x)
            right += (logits.argmax(1) == y).sum().item()
            finite = finite and logits.isfinite().all().item()
    return right / len(dataset) if finite else None


def run_trial(trial, data, most_steps=0):
    torch.manual_seed(seed_of(trial.seed, "dataloader"))
    train, validation, test = (make_dataset(split) for split in data)
    model = make_model(trial.model, data.train.inputs.shape[1],
                       int(data.train.labels.max()) + 1)
    some = Subset(train, sample(len(train), generator(trial.seed, "sample")))

    def evaluate(last):
        accuracies = [accuracy(model, train if last else some),
                      accuracy(model, validation), accuracy(model, test)]
        return None if None in accuracies else accuracies

    return run(trial, make_step(trial, train, model), evaluate, most_steps)
