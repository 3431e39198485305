"""The law, synapse by synapse in plain Python."""

from typing import Any

from numpy.typing import NDArray


def reward(
    weight: NDArray[Any],
    eligibility: NDArray[Any],
    gain: Any,
    keep: Any,
    w_min: Any,
    w_max: Any,
) -> None:
    """Turn eligibility into weight."""
    for k in range(len(weight)):
        weight[k] = min(w_max, max(w_min, weight[k] + gain * eligibility[k]))
        eligibility[k] *= keep


def scale_targets(
    indices: NDArray[Any], weight: NDArray[Any], factor: NDArray[Any], w_max: Any
) -> None:
    """Multiply the weights onto each target by its factor."""
    for k in range(len(weight)):
        weight[k] = min(w_max, max(-w_max, weight[k] * factor[indices[k]]))
