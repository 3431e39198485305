"""`Experiment`: a design that can be run."""

from typing import Any

from neurosparse.experiment.design import Design
from neurosparse.experiment.evidence import Evidence
from neurosparse.experiment.running import run
from neurosparse.typing import Cluster, Path


class Experiment(Design):
    """A design: the same neurons and drive in several arms, on the connectome and on controls.

    Trial t has the same random numbers in every arm and on every graph, so arms are compared in
    pairs. All neurons have one model and each synapse of the connectome the weight `weight`, so a
    connection of 10 synapses has ten times that.

    Args:
        connectome: the neurons and their signed synapses.
        model: of every neuron, such as `LIFExp(...)`; one with `may_fire` runs in event mode.
        drive: what is stimulated in every arm.
        interventions: an arm each, beside the intact one: an intervention, or several together.
        controls: rewired graphs on which all arms are repeated.
        readouts: sets whose rates are read, by name or with the names of the sets; all neurons
            where none are named.
        weight: of one synapse, in the unit of the model.
        delay: of all synapses, in ms.
        receptor: that they act on; None takes the model's first.
        trials: of each arm and graph; few of them cannot show a small q, as no
            probability is below 2 / 2^trials.
        duration: of a trial in ms.
        warmup: spikes before this time, in ms, are not counted.
        dt: time step in ms.
        seed: of drive, noise and controls.

    Raises:
        ValueError: sets of another connectome, arms or read-outs of one name, an intervention that
            cuts nothing, times that are no multiples of dt.
    >>> from neurosparse import LIFExp
    >>> from neurosparse.datasets import larva_brain
    >>> from neurosparse.experiment import Silence, Stimulate
    >>> brain = larva_brain()
    >>> design = Experiment(
    ...     brain,
    ...     LIFExp(v_rest=-52.0, v_threshold=-45.0, v_reset=-52.0),
    ...     [Stimulate(brain.where(type="sensories"), rate=20.0, weight=70.0)],
    ...     [Silence(kind) for kind in brain.split("type").values()],
    ... )
    >>> design
    Experiment(2,952 neurons; 19 arms on 1 graph, 12 trials of 1000 ms)
    """

    def run(
        self,
        path: Path,
        *,
        processes: int = 1,
        progress: Any = False,
        cluster: Cluster | None = None,
    ) -> Evidence:
        """Simulate what is not in the folder `path` yet, and return the evidence.

        What is complete is on disk at once: after Ctrl-C, or a kill, the same call goes on.
        Processes share one memory-mapped copy of each graph. A script that uses several needs
        `if __name__ == "__main__":` around what it does.

        Args:
            path: folder of the results.
            processes: that simulate at the same time.
            progress: True for a bar on the terminal, or a function of (done, all).
            cluster: workers in the place of processes, as `neurosparse.studies.Slurm(jobs=20)`; the
                folder must be one that all of them see.

        Raises:
            ValueError: results of another design are there; a control that cannot be drawn.
            KeyboardInterrupt: after Ctrl-C; what is complete is kept.
        """
        return run(self, path, processes, progress, cluster)
