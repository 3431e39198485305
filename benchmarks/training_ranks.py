"""One training on one process and on two: the same network first, then bytes sent and seconds.

A network of 95 % sparse hidden layers learns Fashion-MNIST for three epochs under SET. Two
processes, begun by torchrun, share every batch. Gate: the losses of all epochs and the weights of
one process, within 1e-5, on 5,000 images in float64 (in float32 the order of additions may turn
which of two synapses SET takes for the weaker, here once in three epochs of 20,000). Shown are the
bytes of gradients that a rank hands over in a step, beside the dense network of the same widths,
and the seconds of an epoch of one process over those of two.
"""

import itertools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch
from harness import Gate, Report, arguments

from neurosparse.datasets import fashion_mnist
from neurosparse.models import Data, TrainingPlan, fit, sparse_mlp
from neurosparse.rewiring import set_
from neurosparse.wiring import RandomEdges

EPOCHS = 3
WIDTHS = [784, 1000, 1000, 10]


def data(samples: int, kind: torch.dtype) -> Data:
    """Images, as rows of numbers."""
    images = fashion_mnist()
    x, test_x = (
        torch.from_numpy(part.reshape(len(part), -1) / 255).to(kind)
        for part in (images.train_x[:samples], images.test_x[:1000])
    )
    y = torch.from_numpy(images.train_y[:samples].astype("int64"))
    test_y = torch.from_numpy(images.test_y[:1000].astype("int64"))
    return Data(x, y, test_x, test_y, batch=128)


def model(sparse: bool) -> torch.nn.Module:
    """95 % sparse hidden layers, or dense ones of the same widths."""
    torch.manual_seed(1)
    if sparse:
        return sparse_mlp(WIDTHS, RandomEdges(0.05), rng=1)
    layers: list[torch.nn.Module] = []
    for left, right in itertools.pairwise(WIDTHS):
        layers += [torch.nn.Linear(left, right), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def trained(sparse: bool, samples: int, exact: bool = False) -> dict[str, Any]:
    """Losses, weights, bytes of gradients that this rank handed over, seconds an epoch."""
    torch.set_num_threads(1)
    sent = [0, 0]
    plain = torch.distributed.all_reduce

    def counted(tensor: torch.Tensor, *args: Any, **options: Any) -> Any:
        # a few words of control are no gradients
        if tensor.dtype == torch.float32:
            sent[0] += tensor.numel() * tensor.element_size()
            sent[1] += 1
        return plain(tensor, *args, **options)

    torch.distributed.all_reduce = counted
    kind = torch.float64 if exact else torch.float32
    network = model(sparse).to(kind)
    optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9)
    rule = set_(0.3) if sparse else None
    samples_of = data(samples, kind)
    history = fit(
        network, samples_of, optimizer, TrainingPlan(EPOCHS, 1), rewiring=rule
    ).history
    return {
        "losses": [row["loss"] for row in history],
        "weights": [p.detach().flatten()[:2000].tolist() for p in network.parameters()],
        "bytes": sent[0] / max(sent[1], 1),
        # the first epoch loads what is compiled
        "seconds": min(row["seconds"] for row in history[1:]),
    }


def shared(sparse: bool, samples: int, exact: bool = False) -> dict[str, Any]:
    """The same on two processes; what rank 0 says."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "answer.json"
        words = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2"]
        words += ["--master-port=29517", __file__, "--part", str(out)]
        words += [str(int(sparse)), str(samples), str(int(exact))]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run(words, check=True, env=environment, stderr=subprocess.DEVNULL)
        return dict(json.loads(out.read_text()))


def part(out: str, sparse: bool, samples: int, exact: bool) -> None:
    """What one of two processes does."""
    torch.distributed.init_process_group("gloo")
    answer = trained(sparse, samples, exact)
    if torch.distributed.get_rank() == 0:
        Path(out).write_text(json.dumps(answer))
    torch.distributed.destroy_process_group()


def main() -> None:
    """Gate, bytes, seconds."""
    args = arguments(__doc__)
    samples = 5000 if args.quick else 20_000
    # once to compile
    trained(True, 500)
    alone, both = trained(True, 5000, True), shared(True, 5000, True)
    gate = Gate()
    for epoch, (one, two) in enumerate(zip(alone["losses"], both["losses"], strict=True)):
        gate.near(f"loss of epoch {epoch + 1}", two, one, rel=1e-5)
    apart = max(
        abs(a - b)
        for left, right in zip(alone["weights"], both["weights"], strict=True)
        for a, b in zip(left, right, strict=True)
    )
    gate.true("weights within 1e-5", apart <= 1e-5, f"{apart:.2g} apart")
    gate.demand()
    alone, both = trained(True, samples), shared(True, samples)
    dense = shared(False, samples)
    dense_alone = trained(False, samples)
    report = Report("torch", "numpy")
    name = "dense layers of the same widths"
    report.add(
        "two ranks",
        "gradient bytes of a step",
        "B",
        both["bytes"],
        dense["bytes"],
        peer_name=name,
        goal=15,
        threads=2,
    )
    for kind, one, two in (("sparse", alone, both), ("dense", dense_alone, dense)):
        gain = one["seconds"] / two["seconds"]
        report.add(kind, "an epoch: one process over two", "x", gain, threads=2)
    report.finish(args.json)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        part(sys.argv[2], bool(int(sys.argv[3])), int(sys.argv[4]), sys.argv[5] == "1")
    else:
        main()
