"""Two processes train one bare network together: the results of one process."""

import multiprocessing
import os
import signal

import numpy as np
import pytest
import torch

from neurosparse.models import Data, TrainingPlan, fit, sparse_layers, sparse_mlp
from neurosparse.pruning import granet
from neurosparse.rewiring import rigl, set_
from neurosparse.wiring import RandomEdges

RULES = {
    "none": lambda: None,
    "set": lambda: set_(0.3),
    "rigl": lambda: rigl(0.3, every=2),
    "granet": lambda: granet(0.1, start=0.3, every=2, end=0.8),
}


def parts(seed=0):
    """A network, samples whose last batch is one sample, and an optimiser."""
    torch.manual_seed(5)
    model = torch.nn.Sequential(
        sparse_mlp([16, 32, 24], RandomEdges(0.3), rng=seed),
        torch.nn.ReLU(),
        torch.nn.Linear(24, 4),
    )
    x = torch.randn(61, 16)
    y = (x[:, :4] * 2).argmax(1)
    data = Data(x, y, x[:17], y[:17], batch=20)
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    return model, data, optimizer


def trained(rule, seed=0, checkpoint=None, epochs=3, callbacks=()):
    model, data, optimizer = parts(seed)
    plan = TrainingPlan(epochs=epochs, checkpoint=checkpoint)
    rewiring = RULES[rule]()
    result = fit(model, data, optimizer, plan, rewiring=rewiring, callbacks=callbacks)
    layers = sparse_layers(model).values()
    return {
        "hashes": [layer.topology_hash() for layer in layers],
        "nnz": [layer.nnz for layer in layers],
        "values": [p.detach().numpy().copy() for p in model.parameters()],
        "rows": [
            (row["loss"], row["test_loss"], row["accuracy"]) for row in result.history
        ],
        "interrupted": result.interrupted,
    }


def work(folder, rank, sender):
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/store", rank=rank, world_size=2
    )
    answers = {rule: trained(rule) for rule in RULES}
    # built from seeds of their own; rank 0 is followed
    answers["seeds"] = trained("set", seed=rank)
    # another number of processes goes on with this
    answers["saved"] = trained("granet", checkpoint=folder / "checkpoint.pt", epochs=2)
    # one is asked to stop, both leave after the same batch
    calls = [lambda history: rank == 1 and os.kill(os.getpid(), signal.SIGINT)]
    answers["stopped"] = trained("set", epochs=9, callbacks=calls)
    sender.send(answers)
    torch.distributed.barrier()
    torch.distributed.destroy_process_group()


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ranks")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["neurosparse.analysis.comparison.preload"])
    pipes = [context.Pipe(duplex=False) for _ in range(2)]
    processes = [
        context.Process(target=work, args=(folder, rank, sender), daemon=True)
        for rank, (_, sender) in enumerate(pipes)
    ]
    for process, (_, sender) in zip(processes, pipes, strict=True):
        process.start()
        sender.close()
    answers = [receiver.recv() for receiver, _ in pipes]
    for process in processes:
        process.join(100)
    assert [process.exitcode for process in processes] == [0, 0]
    return *answers, folder


@pytest.mark.parametrize("rule", RULES)
def test_two_ranks_learn_what_one_process_learns(both, rule):
    first, second, _ = both
    alone = trained(rule)
    for mine, theirs in zip(first[rule]["values"], second[rule]["values"], strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert first[rule]["hashes"] == second[rule]["hashes"] == alone["hashes"]
    assert first[rule]["rows"] == second[rule]["rows"]
    for mine, values in zip(first[rule]["values"], alone["values"], strict=True):
        np.testing.assert_allclose(mine, values, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(first[rule]["rows"], alone["rows"], rtol=1e-5, atol=1e-5)
    assert alone["rows"][-1][0] < alone["rows"][0][0]


def test_the_rule_that_resizes_did(both):
    assert sum(both[0]["granet"]["nnz"]) < sum(both[0]["none"]["nnz"])


def test_rank_0_is_followed_from_the_start(both):
    first, second, _ = both
    assert first["seeds"]["hashes"] == second["seeds"]["hashes"] == first["set"]["hashes"]


def test_one_process_goes_on_where_two_stopped(both):
    first, _, folder = both
    alone = trained("granet", checkpoint=folder / "checkpoint.pt", epochs=3)
    assert len(alone["rows"]) == 3
    assert alone["rows"][:2] == first["saved"]["rows"]


def test_all_leave_after_the_same_batch(both):
    first, second, _ = both
    assert first["stopped"]["interrupted"]
    assert second["stopped"]["interrupted"]
    for mine, theirs in zip(
        first["stopped"]["values"], second["stopped"]["values"], strict=True
    ):
        np.testing.assert_array_equal(mine, theirs)
