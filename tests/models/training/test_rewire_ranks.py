"""Two processes train one network on different samples: the same synapses, or an error."""

import subprocess
import sys

SCRIPT = """
import sys
import torch
from torch.nn.parallel import DistributedDataParallel
from neurosparse.models import Data, TrainingPlan, fit, sparse_layers, sparse_mlp
from neurosparse.rewiring import rigl, set_
from neurosparse.wiring import RandomEdges

store, rank = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(1)
torch.distributed.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
model = sparse_mlp([16, 32, 24, 4], RandomEdges(0.2), rng=0)
ranks = DistributedDataParallel(model)
x = torch.randn(60, 16, generator=torch.Generator().manual_seed(rank))
data = Data(x, x[:, :4].argmax(1), batch=20)
optimizer = torch.optim.SGD(ranks.parameters(), 0.1, momentum=0.9)
result = fit(ranks, data, optimizer, TrainingPlan(epochs=3), rewiring=rigl(every=2))
sums = (f"{float(p.detach().double().sum()):.9f}" for p in model.parameters())
hashes = (layer.topology_hash() for layer in sparse_layers(model).values())
print(sum(row["moved"] for row in result.history), *hashes, *sums, flush=True)
try:
    # ranks that rewire from seeds of their own part at the first update
    fit(ranks, data, optimizer, TrainingPlan(epochs=2, seed=rank), rewiring=set_())
except RuntimeError as error:
    print(error, flush=True)
torch.distributed.destroy_process_group()
"""


def test_ranks_rewire_alike_from_one_seed_and_part_from_two(tmp_path):
    calls = [[sys.executable, "-c", SCRIPT, str(tmp_path / "store"), rank] for rank in "01"]
    both = [
        subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for call in calls
    ]
    said = [process.communicate(timeout=200) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    (alike, error), (same, other) = (out.splitlines() for out, _ in said)
    assert alike == same
    assert int(alike.split()[0]) > 0
    assert "rank 1 has other synapses than rank 0" in error
    assert "rank 0 has other synapses than rank 1" in other
