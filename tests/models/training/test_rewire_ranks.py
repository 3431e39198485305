"""Two processes train one network on different samples: the same synapses, or an error."""

import gc
import multiprocessing

import torch
from torch.nn.parallel import DistributedDataParallel

from neurosparse.models import Data, TrainingPlan, fit, sparse_layers, sparse_mlp
from neurosparse.rewiring import rigl, set_
from neurosparse.wiring import RandomEdges


def train(store, rank, sender):
    """What the process of a rank does."""
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{store}", rank=rank, world_size=2
    )
    model = sparse_mlp([16, 32, 24, 4], RandomEdges(0.2), rng=0)
    ranks = DistributedDataParallel(model)
    x = torch.randn(60, 16, generator=torch.Generator().manual_seed(rank))
    data = Data(x, x[:, :4].argmax(1), batch=20)
    optimizer = torch.optim.SGD(ranks.parameters(), 0.1, momentum=0.9)
    result = fit(ranks, data, optimizer, TrainingPlan(epochs=3), rewiring=rigl(every=2))
    moved = sum(row["moved"] for row in result.history)
    hashes = [layer.topology_hash() for layer in sparse_layers(model).values()]
    sums = [f"{float(p.detach().double().sum()):.9f}" for p in model.parameters()]
    try:
        # ranks that rewire from seeds of their own part at the first update
        fit(ranks, data, optimizer, TrainingPlan(epochs=2, seed=rank), rewiring=set_())
    except RuntimeError as error:
        sender.send((moved, hashes, sums, str(error)))
    # its threads, which wait for the other rank, go before the group does
    torch.distributed.barrier()
    del ranks, optimizer
    gc.collect()
    torch.distributed.destroy_process_group()


def test_ranks_rewire_alike_from_one_seed_and_part_from_two(tmp_path):
    # torch is imported once, by the server that both ranks (and trials of comparisons) come from
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["neurosparse.analysis.comparison.preload"])
    pipes = [context.Pipe(duplex=False) for _ in range(2)]
    both = [
        context.Process(target=train, args=(tmp_path / "store", rank, sender), daemon=True)
        for rank, (_, sender) in enumerate(pipes)
    ]
    for process, (_, sender) in zip(both, pipes, strict=True):
        process.start()
        sender.close()
    for process in both:
        process.join(200)
    assert [process.exitcode for process in both] == [0, 0]
    (moved, *same, error), (_, *others, other) = (receiver.recv() for receiver, _ in pipes)
    assert moved > 0
    assert same == others
    assert "rank 1 has other synapses than rank 0" in error
    assert "rank 0 has other synapses than rank 1" in other
