"""Every Triton kernel is compiled to machine code for two generations of GPUs, without a GPU.

The interpreter lets pass what the compiler refuses, so the compiler is asked too: a process of its
own, with a driver that only names the target, calls what calls the kernels and compiles each for
the types it is called with. The newer target gets all models and rules, in float64, the older two
models and one rule, in float32. No kernel runs.
"""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ARCHITECTURES = (80, 90)  # A100, H100
ROOT = Path(__file__).parents[2] / "neurosparse"
WRITTEN = {"update_population", "change_rows", "change_columns", "enter_pre", "enter_post"}


def kernels():
    """Names of the kernels in the files, those that only other kernels call left out."""
    found, called = set(), set()
    for path in sorted(ROOT.glob("kernels/*/*/gpu*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any(
                "jit" in ast.unparse(d) for d in node.decorator_list
            ):
                found.add(node.name)
                inner = (n for n in ast.walk(node) if isinstance(n, ast.Call))
                called |= {n.func.id for n in inner if isinstance(n.func, ast.Name)}
    return found - called


def with_method(room, method):
    """Names on the face of a room that stand for classes with a method."""
    public = {name: getattr(room, name) for name in room.__all__}
    return {k for k, v in public.items() if isinstance(v, type) and hasattr(v, method)}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """What came of it: {kernel: [architecture, instructions of note, ...]} and errors."""
    pytest.importorskip("triton")
    pytest.importorskip("torch")
    cache = os.environ.get("TRITON_CACHE_DIR", str(tmp_path_factory.mktemp("triton")))
    env = os.environ | {
        "TRITON_INTERPRET": "0",
        "TRITON_CACHE_DIR": cache,
        "PYTHONWARNINGS": "ignore",
    }
    ran = subprocess.run(
        [sys.executable, __file__], env=env, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    return json.loads(ran.stdout.splitlines()[-1])


def test_no_kernel_is_refused(compiled):
    assert compiled["errors"] == []


def test_none_is_left_out(compiled):
    wanted = kernels() | WRITTEN
    assert len(wanted) > 20
    for arch in ARCHITECTURES:
        assert (
            wanted - {k["name"] for k in compiled["kernels"] if k["arch"] == arch} == set()
        )


def test_every_model_and_rule_has_become_machine_code(compiled):
    from neurosparse import neurons, plasticity

    models = with_method(neurons, "update") - {"NeuronModel"}
    # synapses that keep more than a weight are refused on a GPU
    rules = with_method(plasticity, "on_pre") - with_method(plasticity, "Synapse")
    # the name of a class from equations ends in a fingerprint
    owners = {k["owner"].split("_")[0] for k in compiled["kernels"]}
    assert len(models) > 9
    assert len(rules) > 3
    assert models | (rules - {"SpikeTimingRule"}) | {"OfEquations"} <= owners
    assert all(k["bytes"] > 0 for k in compiled["kernels"])


def test_the_instructions_are_those_that_were_meant(compiled):
    made = {
        name: [k for k in compiled["kernels"] if k["name"] == name]
        for name in ("_overlap", "_deliver")
    }
    assert all(k["popcount"] for k in made["_overlap"])  # not a dozen shifts and sums
    assert made["_deliver"]
    assert all(k["relaxed"] and not k["ordered"] for k in made["_deliver"])


class _Named:
    """A driver that has no device, only the name of one to compile for."""

    arch = ARCHITECTURES[0]

    def is_active(self):
        return True

    def get_current_device(self):
        return self.arch

    def get_current_stream(self, device):
        return 0

    def get_current_target(self):
        from triton.backends.compiler import GPUTarget

        return GPUTarget("cuda", self.arch, 32)


def _compile_only(found, errors):
    """Make every launch a compilation for the driver's target."""
    from triton.runtime import driver
    from triton.runtime.jit import JITFunction

    named = _Named()
    launch = JITFunction.run
    seen = set()
    driver.set_active(named)

    def run(self, *given, grid, warmup, **named_too):
        try:
            made = launch(self, *given, grid=grid, warmup=True, **named_too)
        except Exception as error:
            errors.append(f"sm_{named.arch} {self.fn.__name__}: {error!r}"[-1500:])
            return
        if (named.arch, made.hash) not in seen:
            seen.add((named.arch, made.hash))
            found.append(_about(self.fn, named.arch, made.asm))

    JITFunction.run = run
    return named


def _about(function, arch, asm):
    ptx = asm["ptx"]
    return {
        "name": function.__name__,
        "owner": function.__module__.strip("<").split(" ")[0],
        "arch": arch,
        "bytes": len(asm["cubin"]),
        "popcount": "popc.b32" in ptx,
        "relaxed": ".relaxed." in ptx,
        "ordered": ".acq_rel." in ptx,
    }


def _networks(few):
    """Networks in which every population, source, stimulus and rule occurs, or only a `few` models
    and rules.

    Beside each whether to add in fixed point, in floats or in both ways, for which one rule may
    speak.
    """
    import numpy as np

    from neurosparse import neurons as nn
    from neurosparse import plasticity, stimuli
    from neurosparse.connectivity import Connectivity
    from neurosparse.network import Network, Population, Projection
    from neurosparse.wiring import FixedInDegree

    each = np.linspace(0.0, 1.0, 5)
    late = Connectivity.from_edges(
        [0, 1, 2], [1, 2, 3], n_pre=5, n_post=5, weight=[1.0, 2.0, 3.0]
    )
    models = [
        getattr(nn, name) for name in sorted(with_method(nn, "update") - {"NeuronModel"})
    ]
    models = [nn.LIF, nn.AdEx] if few else [*models, _of_equations(nn)]
    whole = Network(
        *(Population(m.__name__, 5, m()) for m in models),
        Population("list", np.int64(4), nn.SpikeSource(times=[0.1], indices=[0])),
        Population("one", np.int64(4), nn.PoissonSource(rate=10.0)),
        Population("each", 5, nn.PoissonSource(rate=each)),
        Population("own", 5, nn.LIFExp(t_ref=each, v_threshold=each - 50.0)),
        Projection("list", "LIF", FixedInDegree(2), weight=1.0, delay=0.1),
        Projection(
            "own",
            "own",
            late.with_delay_steps(np.array([1, 2, 3], np.uint8)),
            receptor="exc",
        ),
        stimuli.PoissonInput("LIF", 10.0, 1.0),
        stimuli.PoissonInput("own", each, each, receptor="exc"),
        stimuli.StepCurrent("LIF", 1.0),
        stimuli.RampCurrent("own", each, start=0.1, stop=1.0),
        stimuli.OUCurrent("LIF", 1.0, tau=2.0),
        stimuli.SineCurrent("own", 1.0, frequency=3.0),
    )
    yield whole, True, *([] if few else [False])
    rules = [
        plasticity.PairSTDP(0.01, 0.01, w_max=1.0),
        plasticity.MultiplicativeSTDP(0.01, 0.01),
        plasticity.TripletSTDP(1.0),
        plasticity.DopamineSTDP(),
        plasticity.InhibitorySTDP(0.01, rate=5.0, strongest=1.0),
    ]
    for rule in rules[:1] if few else rules:
        learns = Projection(
            "a", "a", FixedInDegree(2), weight=0.5, delay=0.2, plasticity=rule
        )
        yield (
            Network(Population("a", np.int64(5), nn.LIF()), learns),
            True,
            *([False] if rule is rules[0] else []),
        )


def _of_equations(nn):
    """A model from equations, with every function and choice that they may have."""
    return nn.from_equations(
        """
        bound = max(min(x, 3, tau), -2) + tanh(x) * exprel(x / tau) - x**9 / 2000
        dx/dt = (bound if x > -1 and y < 1 or not x < 2 else sqrt(abs(x)) - cos(y)) / tau
        dy/dt = sin(x) - y**5 / 40 + log(1 + x**2) + abs(y)**1.5 - exp(-y)
        """,
        threshold="x > 1.2 or y < -3",
        reset="x = -x; y += 0.5 if x > 0 else 0.25",
        parameters={"tau": 5.0},
        receptors={"in": "x"},
        method="rk4",
        name="OfEquations",
    )


def _engine(precisions):
    from neurosparse.engine import OnDevice, Simulator, States

    for precision in precisions:
        for network, *ways in _networks(few=precision == "float32"):
            name = next(iter(network.populations))
            for deterministic in ways:
                how = OnDevice(deterministic)
                sim = Simulator(
                    network,
                    precision=precision,
                    backend=how,
                    record=[States(name, "v", every=0.2)],
                )
                sim.run(0.2)
                if deterministic:
                    _after_an_edit(sim)
        _with_spikes_waiting(precision)


def _after_an_edit(sim):
    """Go on with a projection rewired, weights set and a seed of NumPy's, which no kernel takes as
    it is.
    """
    import tempfile

    import numpy as np

    name, *_ = sim.network.projections
    sim.rewire(name, drop=[0])
    sim.set_weights(name, 0.25)
    with tempfile.TemporaryDirectory() as folder:
        sim.save(f"{folder}/edited")
        sim.restore(f"{folder}/edited", seed=np.int64(7))
    sim.run(0.1)


def _with_spikes_waiting(precision):
    import numpy as np
    import torch

    from neurosparse.kernels.spikes.deliver.gpu import drain

    real = getattr(torch, precision)
    now = torch.from_numpy(np.zeros(2, np.int64))
    drain(torch.zeros((3, 5), dtype=real), torch.zeros(5, dtype=real), 5, now)


def _functions(precisions):
    """What else calls kernels: matrices, winners, memories."""
    import numpy as np
    import torch

    from neurosparse.kernels.coding.decode_rows import gpu as coding
    from neurosparse.kernels.layers.condensed_matmul import gpu as condensed
    from neurosparse.kernels.layers.csr_matmul import gpu as csr
    from neurosparse.kernels.layers.k_winners.gpu import k_winners
    from neurosparse.kernels.memory.clique_decode import gpu as cliques
    from neurosparse.kernels.memory.entmax import gpu as entmax
    from neurosparse.kernels.memory.overlap.gpu import overlap
    from neurosparse.kernels.memory.retrieve.gpu import mix

    whole = torch.zeros((3, 300), dtype=torch.int32)
    pointers = torch.tensor([0, 2, 3])
    for kind in (getattr(torch, name) for name in precisions):
        values = torch.ones(3, dtype=kind)
        x = torch.ones((70, 2), dtype=kind)
        grad = torch.ones((70, 3), dtype=kind)
        csr.forward(
            pointers, torch.tensor([0, 1, 2], dtype=torch.int32), values, x, 3, None
        )
        csr.backward(pointers, torch.tensor([0, 1, 2], dtype=torch.int32), values, x, grad)
        condensed.forward(whole[:, :2], torch.ones((3, 2), dtype=kind), x, None)
        rows = torch.ones((4, 300), dtype=kind)
        coding.backward(pointers, whole[0, :3], values, rows, rows[:2])
        z = torch.ones((3, 600), dtype=kind)
        shape = torch.ones(3, dtype=torch.float64)
        entmax.backward_tensor(entmax.weigh_tensor(z, shape, shape, shape), z, shape)
    entmax.weigh_tensor(torch.ones((3, 20), dtype=torch.bfloat16), shape, shape, shape)
    for size in (5, 600):
        k_winners(np.zeros((2, size), np.float32), 3)
    overlap(np.zeros((3, 2), np.uint64), np.zeros((4, 2), np.uint64))
    mix(torch.ones((3, 5)), torch.zeros((3, 5), dtype=torch.int64), torch.ones((9, 70)))
    for kernel, kind in (
        (cliques._reaching, torch.int32),
        (cliques._shared, torch.float32),
    ):
        cliques.scores_of(kernel, whole, whole, 3, kind)


def _scan(precisions):
    import numpy as np
    import torch

    from neurosparse.kernels.layers.recurrent_scan import gpu
    from neurosparse.kernels.layers.recurrent_scan import surrogates as s
    from neurosparse.kernels.layers.recurrent_scan.parts import (
        SUBTRACT,
        Neurons,
        State,
        by_delay,
    )

    synapses = by_delay(
        np.array([0, 2, 4, 5]),
        np.array([0, 1, 1, 2, 0], np.int32),
        np.array([0, 1, 2, 0, 1]),
    )
    for kind in (getattr(torch, name) for name in precisions):
        x, values, cells = (torch.ones(n, dtype=kind) for n in ((20, 35, 3), 5, 3))
        neurons = Neurons(cells, cells, cells)
        state = State(x[0], x[0], 0 * x[: synapses.memory])
        gpu.forward(synapses, values, neurons, SUBTRACT, x, state, keep=False)
        _, tape, last = gpu.forward(synapses, values, neurons, SUBTRACT, x, state)
        shapes = (
            s.FastSigmoid(3.0),
            s.ATan(2.0),
            s.Triangle(0.7),
            s.LogisticSigmoid(4.0),
            s.Box(0.5),
        )
        for shape in shapes if kind == torch.float64 else shapes[:1]:
            gpu.backward(values, neurons, SUBTRACT, shape, tape, state.i, (x, last))


def main():
    """Compile everything for each architecture; the last line of the output tells what came of
    it.
    """
    from neurosparse.kernels.base.machine import gpu as machine

    found, errors = [], []
    named = _compile_only(found, errors)
    machine.find_device = lambda: "cpu"  # where the arrays lie, before anyone imports it
    for named.arch in ARCHITECTURES:
        for part in (_engine, _functions, _scan):
            part(["float64" if named.arch == ARCHITECTURES[-1] else "float32"])
    print("\n" + json.dumps({"kernels": found, "errors": errors}))


if __name__ == "__main__":
    main()
