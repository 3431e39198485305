"""What may be changed between two steps of a simulation, from outside or by a callback."""

from typing import Any

from neurosparse.engine import changes, silencing
from neurosparse.engine.backends import Backend
from neurosparse.engine.edits import edit_synapses, plan_edit, put_weights
from neurosparse.engine.plan import Plan, own_synapses, whole_synapses
from neurosparse.engine.recorders import Recorders
from neurosparse.engine.stepping import Stepper
from neurosparse.engine.synapses import Synapses
from neurosparse.errors import bad_type
from neurosparse.network import Network


class Changeable:
    """Setters of a simulation: inputs, parameters, states, weights and synapses.

    Each checks all it was given before anything changes, acts from the next step on, and is part of
    a checkpoint.
    """

    network: Network
    plan: Plan
    backend: Backend
    recorders: Recorders
    seed: int
    _stepper: Stepper

    def set_parameters(self, part: Any, **values: Any) -> None:
        """Give a population's model, or a stimulus, other parameters from the next step on.

        Args:
            part: the name of a population, or a stimulus of the network: the object itself.
            values: fields of the model or source (`v_threshold=-52.0`, `rate=30.0`); of a stimulus
                its rate and weight, or what shapes its current. A number or an array `[n]`.

        Raises:
            ValueError: an unknown field, values that its constructor refuses; nothing has changed
                then.
            TypeError: no such part.

        >>> from neurosparse import LIF, Network, Population, Simulator
        >>> sim = Simulator(Network(Population("E", 2, LIF(i_ext=14.0))))
        >>> sim.run(100.0)
        >>> len(sim.spikes("E").t)
        0
        >>> sim.set_parameters("E", v_threshold=[-50.0, -57.0])
        >>> sim.run(20.0)
        >>> sorted(set(sim.spikes("E").i.tolist()))
        [1]
        """
        keys = changes.keys_of(self.plan, part)
        names = ", ".join(values)
        with self.plan.ranks.together(f"set_parameters of {keys[0]}: {names}"):
            self._pristine()
            self._set_parameters(keys, values)

    def _set_parameters(self, keys: list[str], values: dict[str, Any]) -> None:
        must_reload = changes.set_parameters(self.plan, keys, values, self._stepper.now)
        if must_reload or self.backend != "cpu":
            self._stepper.reload()

    def set_rate(self, part: Any, rate: Any) -> None:
        """Let a `PoissonSource`, by the name of its population, or a `PoissonInput` fire at another
        rate, in Hz.
        """
        self.set_parameters(part, rate=rate)

    def set_current(self, current: Any, amplitude: Any) -> None:
        """Give an injected current another amplitude, one number or `[n]`."""
        self.set_parameters(current, amplitude=amplitude)

    def set_spikes(self, population: str, times: Any, indices: Any) -> None:
        """Give a `SpikeSource` the spikes to come, neuron indices[k] at times[k] ms from the start;
        those it had left are gone.

        Raises:
            ValueError: times before now; nothing has changed then.
        """
        self.set_parameters(population, times=times, indices=indices)

    def set_state(
        self, population: str, variable: str, value: Any, neurons: Any = None
    ) -> None:
        """Give a state variable another value, for all neurons or some: numbers, a mask or a slice.

        Raises:
            ValueError: an unknown variable, numbers of another length or that the model does not
                take; nothing has changed then.
        """
        name = self.network.population(population).name
        self._stepper.refuse_others()
        changes.set_state(self.plan, name, variable, value, neurons, self._stepper.now)

    def silence(self, population: str, neurons: Any = None) -> None:
        """Let neurons fire no spikes until they are released: all, numbers, a mask or a slice.

        They are refractory all the while: what reaches them then acts as it does in refractoriness.

        Raises:
            ValueError: neurons out of range, or a source.

        >>> from neurosparse import LIF, Network, Population, Simulator
        >>> sim = Simulator(Network(Population("E", 3, LIF(i_ext=30.0))))
        >>> sim.silence("E", [0, 2])
        >>> sim.run(50.0)
        >>> sorted(set(sim.spikes("E").i.tolist()))
        [1]
        """
        group = self.plan.groups[self.network.population(population).name]
        chosen = changes.choose("neurons", neurons, group.n)
        self._stepper.refuse_others()
        silencing.silence(group, chosen, self._stepper.now)
        if self.backend != "cpu":
            self._stepper.reload()

    def release(self, population: str, neurons: Any = None) -> None:
        """Let silenced neurons fire again from the next step on; others stay as they are."""
        group = self.plan.groups[self.network.population(population).name]
        chosen = changes.choose("neurons", neurons, group.n)
        self._stepper.refuse_others()
        silencing.release(group, chosen, self._stepper.now)
        if self.backend != "cpu":
            self._stepper.reload()

    def snapshot(self) -> silencing.Snapshot:
        """Keep in memory where the simulation is, for `go_back`."""
        self._stepper.refuse_others()
        arrays, attributes = self._stepper.collect()
        return silencing.Snapshot(silencing.copied(arrays), attributes)

    def go_back(self, snapshot: silencing.Snapshot, *, seed: int | None = None) -> None:
        """Go to a point that `snapshot` of this simulation kept; `seed` draws other random numbers
        from there.

        >>> from neurosparse import Network, Population, PoissonSource, Simulator
        >>> sim = Simulator(Network(Population("E", 100, PoissonSource(rate=50.0))))
        >>> start = sim.snapshot()
        >>> sim.run(20.0)
        >>> first = sim.spikes("E").i
        >>> sim.go_back(start)
        >>> sim.run(20.0)
        >>> bool((sim.spikes("E").i == first).all())
        True
        """
        if not isinstance(snapshot, silencing.Snapshot):
            raise bad_type("snapshot", snapshot, "what snapshot() of this simulation gave")
        self._stepper.refuse_others()
        self._stepper.put_back(snapshot.arrays, snapshot.attributes, seed)
        self.seed = self.plan.seed

    def set_weights(self, projection: str, weight: Any) -> None:
        """Set the weights of a projection, one number or an array `[nnz]` in CSR order, between
        steps.

        Raises:
            ValueError: another length, weights that are not finite or that the target's model or
                the projection's rule does not accept; nothing has changed then.
        """
        name = self.network.projection(projection).name
        with self.plan.ranks.together(f"set_weights({name!r})"):
            self._pristine()
            self._set_weights(name, weight)

    def _set_weights(self, name: str, weight: Any) -> None:
        alone = not self.plan.synapses[name].together
        synapses = own_synapses(self.plan, name)
        stands = (self._stepper.now, self._stepper.done)
        anew = put_weights(self.plan, synapses, *stands, weight)
        if anew or not alone or self.backend != "cpu":
            self._stepper.reload()

    def rewire(
        self,
        projection: str,
        *,
        drop: Any = (),
        pre: Any = (),
        post: Any = (),
        weight: Any = None,
        delay: Any = None,
    ) -> None:
        """Remove the synapses at `drop` (positions in CSR order) and add pre[k] -> post[k], between
        steps.

        Spikes under way belong to the synapse through which they left: those of removed synapses
        still arrive, new synapses carry the spikes from the next step on. Only this projection is
        laid out anew. `delay` (ms) is for projections whose synapses differ in it; where they
        learn or tire, or on a GPU, at most the longest that they began with.

        Raises:
            ValueError: positions or neurons out of range, delays that do not fit, weights that
                the target's model or the projection's rule does not accept, none where those of
                the others differ; nothing has changed then.
        """
        name = self.network.projection(projection).name
        with self.plan.ranks.together(f"rewire({name!r})"):
            self._rewire(name, drop, pre, post, weight, delay)

    def _rewire(
        self, name: str, drop: Any, pre: Any, post: Any, weight: Any, delay: Any
    ) -> None:
        synapses = self._synapses(name)
        seen = synapses.seen(self._stepper.now)
        edit = plan_edit(self.plan, seen, drop, pre, post, weight, delay)
        self._pristine()
        synapses = own_synapses(self.plan, synapses.projection.name)
        edit_synapses(self.plan, synapses, self._stepper.now, self._stepper.done, edit)
        self.recorders.follow(synapses.projection.name, edit.moved)
        self._stepper.reload()

    def _synapses(self, projection: str) -> Synapses:
        """The synapses of a projection, to be looked at."""
        return whole_synapses(self.plan, self.network.projection(projection).name)

    def _pristine(self) -> str:
        """The fingerprint of the network as it was built; taken before the first edit."""
        raise NotImplementedError
