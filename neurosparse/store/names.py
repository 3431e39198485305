"""What other programs call the weight and the delay of an edge: taken, or named and refused.

A field that is passed over leaves weights of 1 and delays of 0, which nothing shows.
"""

from collections.abc import Iterable

from neurosparse.errors import Said, bad_argument

_OTHERS = {
    "weight": (
        *("weights", "w", "edge_weight", "edgeweight", "syn_weight", "synaptic_weight"),
        *("strength", "efficacy", "conductance", "cardinal", "syn_count", "synapse_count"),
        *("n_syn", "nsyn", "nsyns", "n_synapses", "num_synapses"),
    ),
    "delay": (
        *("delays", "delay_ms", "delays_ms", "delay_steps", "syn_delay"),
        *("synaptic_delay", "axonal_delay", "latency"),
    ),
}


def plain_name(name: str) -> str:
    """Return "weight" and "delay" however they are spelled, and other names as they are.

    >>> plain_name(" Weight"), plain_name("Length")
    ('weight', 'Length')
    """
    small = name.strip().lower()
    return small if small in _OTHERS else name


def other_names(received: Iterable[str], ours: str) -> list[str]:
    """Return which names look like our weight or delay.

    >>> other_names(["pre", "Syn Weight", "WEIGHT"], "weight")
    ['Syn Weight', 'WEIGHT']
    """
    small = {name: name.strip().lower().replace(" ", "_") for name in received}
    known = {ours, *_OTHERS[ours]}
    return [name for name, text in small.items() if text.replace("-", "_") in known]


def refuse_other_names(received: Iterable[str], absent: Iterable[str], remedy: str) -> None:
    """Refuse fields that look like a weight or delay where there is none of that name.

    Args:
        received: names of fields.
        absent: "weight", "delay" or both, which the fields lack.
        remedy: what to do, with {ours} and {theirs} in it.

    Raises:
        ValueError: one of them looks like what is absent.

    >>> refuse_other_names(["pre", "Syn Weight"], ["weight"], "call it {ours}")
    Traceback (most recent call last):
    ValueError: weight: got 'Syn Weight', wants the name 'weight'; call it weight
    """
    names = list(received)
    for ours in absent:
        for theirs in other_names(names, ours):
            expected = f"the name {ours!r}{', in steps' if ours == 'delay' else ''}"
            mended = remedy.format(ours=ours, theirs=theirs)
            raise bad_argument(ours, Said(repr(theirs)), expected, mended)
