"""Everything that a simulation is at one step, as named arrays; and back."""

import hashlib
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.couplings import told
from neurosparse.engine.plan import Plan, lengthen_logs, rebuild, whole_synapses
from neurosparse.engine.populations import Group
from neurosparse.engine.ranks import Alone
from neurosparse.engine.sleepers import Sleepers, fall_asleep, reach
from neurosparse.engine.synapses import Synapses
from neurosparse.engine.tallies import tallies_from, tally_arrays
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.spikes.event_update import LONGEST_LEAP

Arrays = dict[str, NDArray[Any]]
VERSION = 3  # of what is in it; the store has a version of its own


def fingerprint(plan: Plan) -> str:
    """Hash of the network as it was built: models, sizes, synapses, dt and precision, not the
    seed.
    """
    digest = hashlib.sha256(repr((plan.dt, plan.real.__name__)).encode())
    for name, group in plan.groups.items():
        model = group.model
        digest.update(repr((name, group.n, type(model).__qualname__)).encode())
        for field in fields(model):
            digest.update(_bytes_of(getattr(model, field.name)))
    for name in plan.synapses:
        synapses = whole_synapses(plan, name)
        p = synapses.projection
        digest.update(
            repr((name, p.pre, p.post, p.receptor, p.plasticity, p.short_term)).encode()
        )
        digest.update(told(p.transmits).encode())
        for array in _arrays_of(plan, synapses):
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _arrays_of(plan: Plan, synapses: Synapses) -> Iterator[NDArray[Any]]:
    """All synapses, piece by piece; weights that learn are in the checkpoint itself."""
    fixed = synapses.plastic is None
    if plan.ranks.size == 1:
        yield synapses.indptr
        yield from synapses.index_parts()
        yield synapses.weights() if fixed else np.zeros(0)
        yield np.asarray(synapses.delay, dtype=np.int64)
        return
    whole = plan.ranks.whole(synapses)
    yield whole.indptr
    yield whole.indices
    yield np.atleast_1d(np.asarray(whole.weight, np.float32)) if fixed else np.zeros(0)
    yield np.asarray(whole.delay_steps, dtype=np.int64)


def _bytes_of(value: Any) -> bytes:
    """The bits of a parameter; what is no number by its name, since its bits are an address of this
    process.
    """
    array = np.ascontiguousarray(value)
    return array.tobytes() if array.dtype != object else repr(value).encode()


def collect(plan: Plan, now: int, done: int) -> Arrays:
    """Copy out the state at step `now`, after a chunk of `done` steps whose logs have not been
    turned.
    """
    arrays: Arrays = {}
    for name, group in plan.groups.items():
        arrays |= _group_arrays(f"population/{name}", group, done, plan.ranks)
    for k, synapses in enumerate(plan.synapses.values()):
        arrays |= _synapse_arrays(f"projection/{k}", synapses)
    arrays |= tally_arrays(plan.tallies) | plan.ranks.rings(plan.rings.arrays(now))
    drives = enumerate(_drives(plan))
    return arrays | {f"drive/{k}": x.copy() for k, x in drives}


def _drives(plan: Plan) -> Iterator[NDArray[Any]]:
    """The states of stimuli, and of synapses that carry values, put together."""
    for key, x in plan.drives.items():
        if plan.ranks.size > 1:
            target = plan.stimuli[int(key.split("/")[1])].target
            x = np.pad(plan.ranks.neurons(target, x[: plan.groups[target].n]), (0, 0))
            yield np.pad(x, (0, plan.groups[target].n_alloc - x.size))
        else:
            yield x


def _group_arrays(key: str, group: Group, done: int, ranks: Alone) -> Arrays:
    ago, index = group.log.in_flight(done)
    n = group.n
    name = group.population.name
    each: Arrays = {"rows": group.rows[:, :n], "ready": group.ready[:n]}
    if group.event is not None:
        each |= {"valid": group.event.valid[:n], "awake": group.event.awake[:n]}
    arrays = {k: ranks.neurons(name, values) for k, values in each.items()}
    arrays |= {"flight_step": ago, "flight_index": index}
    return {f"{key}/{k}": a.copy() for k, a in arrays.items()}


def _synapse_arrays(key: str, synapses: Synapses) -> Arrays:
    arrays: Arrays = {}
    ranks = synapses.ranks
    if synapses.edited and ranks.size > 1:
        whole = ranks.whole(synapses)
        kind = np.int32 if synapses.parts is not None else synapses.indices.dtype
        arrays |= {"indptr": whole.indptr, "indices": whole.indices.astype(kind)}
        arrays["delay"] = np.asarray(whole.delay_steps)
    elif synapses.edited:
        arrays["indptr"] = synapses.indptr
        arrays["indices"] = synapses.whole()
        arrays["delay"] = np.asarray(synapses.delay)
    if synapses.epoch:
        arrays["epoch"] = np.asarray(synapses.epoch)
    if synapses.edited or synapses.reweighted or synapses.plastic is not None:
        each = synapses.weights()
        arrays["weight"] = each if synapses.alike else ranks.synaptic(synapses, each)
    arrays |= ranks.traces(synapses, synapses.trace_arrays())
    return {f"{key}/{k}": a.copy() for k, a in arrays.items()}


def stimuli_of(plan: Plan) -> list[str]:
    """What reaches each population from outside, in order: kind, target, receptor; tau of noise."""
    return [_described(stimulus) for stimulus in plan.network.stimuli]


def _described(stimulus: Any) -> str:
    receptor = getattr(stimulus, "receptor", None)
    onto = stimulus.target if receptor is None else f"{stimulus.target}, {receptor}"
    tau = f", tau={float(stimulus.tau):g} ms" if hasattr(stimulus, "tau") else ""
    return f"{type(stimulus).__name__}({onto}{tau})"


def ringed(plan: Plan) -> list[str]:
    """The projections whose spikes wait in rings; those of the others wait in the logs."""
    return [name for name, synapses in plan.synapses.items() if synapses.ring is not None]


def check_version(attributes: dict[str, Any]) -> None:
    """Refuse a checkpoint of another version, as by a ring for each projection in version 1."""
    version = attributes.get("version", 1)
    if version != VERSION:
        actual = Said(f"a checkpoint of version {version} of the engine")
        remedy = "run it to its end with the neurosparse that wrote it, or run anew"
        raise bad_argument("path", actual, f"version {VERSION}", remedy)


def check(plan: Plan, arrays: Arrays, stimuli: list[str] | None = None) -> None:
    """Refuse a checkpoint that belongs to other stimuli or holds impossible weights.

    `stimuli` is what `stimuli_of` gave, None of checkpoints that do not say it. Rates, weights,
    amplitudes and windows of stimuli may be others: a restored simulation goes on under them.
    """
    written = [arrays[f"drive/{k}"].shape for k in range(len(_keys(arrays, "drive/")))]
    shapes = [x.shape for x in plan.drives.values()]
    if written != shapes:
        actual = Said(
            f"a checkpoint with the state of {len(written)} noise currents, of shapes {written}"
        )
        raise bad_argument(
            "path", actual, f"one of a network with those of this one, {shapes}"
        )
    here = stimuli_of(plan)
    if stimuli is not None and list(stimuli) != here:
        actual = Said(f"a checkpoint with the stimuli {', '.join(stimuli) or '(none)'}")
        expected = f"one with those of this network: {', '.join(here) or '(none)'}"
        raise bad_argument("path", actual, expected)
    for k, (name, synapses) in enumerate(plan.synapses.items()):
        weight = arrays.get(f"projection/{k}/weight")
        if weight is not None:
            p = synapses.projection
            model = plan.groups[p.post].model
            p.check_weights(f"{name}.weight", weight, model)


def put_back(plan: Plan, arrays: Arrays, now: int) -> None:
    """Set the state of a plan to what `collect` gave at step `now`; the program must be assembled
    anew.
    """
    lengthen_logs(plan, _reach(arrays))
    for name, group in plan.groups.items():
        _put_group(
            group,
            {
                k: arrays[f"population/{name}/{k}"]
                for k in _keys(arrays, f"population/{name}/")
            },
            plan.dt,
        )
    plan.bundles.put_back(plan.synapses, plan.groups, _changed(plan, arrays))
    for k, (name, changed) in enumerate(list(plan.synapses.items())):
        prefix = f"projection/{k}/"
        parts = {key: arrays[prefix + key] for key in _keys(arrays, prefix)}
        if (changed.edited or changed.reweighted) and "indptr" not in parts:
            rebuild(plan, name)
        synapses = plan.synapses[name]
        post = plan.groups[synapses.projection.post]
        synapses.put_back(plan.ranks.own_arrays(synapses, parts), post, now)
        if synapses.ring is not None:
            synapses.ring.lengthen(synapses.longest, now)
    for name, group in plan.groups.items():
        onto = [s for s in plan.synapses.values() if s.projection.post == name]
        group.sleepy = group.may_sleep and not any(s.edited for s in onto)
    plan.rings.put_back(arrays, plan.groups, now)
    plan.tallies = tallies_from({k: arrays[f"tally/{k}"] for k in _keys(arrays, "tally/")})
    for k, x in enumerate(plan.drives.values()):
        x[:] = arrays[f"drive/{k}"]


def _changed(plan: Plan, arrays: Arrays) -> set[str]:
    """The projections whose synapses or weights a checkpoint holds."""
    return {
        name for k, name in enumerate(plan.synapses) if _keys(arrays, f"projection/{k}/")
    }


def _reach(arrays: Arrays) -> int:
    """How many steps back a checkpoint looks: by edited delays, and by the spikes it holds."""
    reach = 0
    for key, array in arrays.items():
        if key.startswith("projection/") and key.endswith("/delay"):
            reach = max(reach, int(array.max(initial=0)))
        if key.startswith("population/") and key.endswith("/flight_step"):
            reach = max(reach, -int(array.min(initial=0)))
    return reach


def _keys(arrays: Arrays, prefix: str) -> list[str]:
    return [key[len(prefix) :] for key in arrays if key.startswith(prefix)]


def _put_group(group: Group, arrays: Arrays, dt: float) -> None:
    n = group.n
    group.rows[:, :n] = arrays["rows"]
    group.ready[:n] = arrays["ready"]
    group.log.put_in_flight(arrays["flight_step"], arrays["flight_index"], group.sections)
    if "valid" not in arrays:
        group.event = None
        return
    group.event = group.event or fall_asleep(group, dt, 0)
    asleep: Sleepers = group.event
    # some may have slept for as long as there are leaps
    asleep.since = int(arrays["valid"].min(initial=0))
    reach(group, dt, asleep.since + LONGEST_LEAP)
    asleep.valid[:n] = arrays["valid"]
    asleep.awake[:n] = arrays["awake"]
    for k in range(len(group.bounds) - 1):
        lo = group.bounds[k]
        hi = group.bounds[k + 1]
        awake = np.flatnonzero(asleep.awake[lo:hi]) + lo
        asleep.listed[lo : lo + awake.size] = awake
        asleep.counts[k, 0] = awake.size
