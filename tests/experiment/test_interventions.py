"""Interventions: their names, their windows, and what cannot be meant."""

import pytest

from neurosparse.experiment import Inject, Lesion, Silence, Stimulate
from tests.experiment.small import BRAIN

A = BRAIN.where(type="relay")


def test_names_and_windows() -> None:
    assert Inject(A, 2.0).name == "inject 2 into type relay"
    assert Silence(A, of="input").name == "deafen type relay"
    assert Lesion(A, A.named("b")).name == "cut type relay -> b"
    assert Stimulate(A, 5.0, 1.0).windows == ((0.0, float("inf")),)
    assert Stimulate(A, 5.0, 1.0, on=[(1.0, 2.0), (3.0, 4.0)]).windows[1].start == 3.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Silence([1, 2]), "neurons: got .* wants a set of neurons; see connectome"),
        (lambda: Silence(A, of="soma"), "Silence.of: got 'soma'"),
        (lambda: Silence(A, of="input", stop=5.0), "'input' from 0 to 5 ms"),
        (lambda: Silence(A, start=5.0, stop=5.0), "Silence: stop: got 5"),
        (lambda: Stimulate(A, -1.0, 1.0), "Stimulate.rate"),
        (lambda: Stimulate(A, 1.0, 1.0, on=[(3.0, 2.0)]), "Stimulate.on: stop: got 2"),
        (lambda: Inject(A, float("nan")), "Inject.amplitude"),
        (lambda: Lesion(A, "b"), "Lesion.post: got 'b'"),
    ],
)
def test_what_cannot_be_meant(call, words) -> None:
    with pytest.raises((ValueError, TypeError), match=words):
        call()
