"""Forward hooks of torch modules: who listens, and telling them of what no `forward` computed."""

from typing import Any

from torch import Tensor, nn


def has_hooks(module: nn.Module) -> bool:
    """Whether anybody listens to the calls of a module; torch has no public way to ask.

    >>> has_hooks(nn.Identity())
    False
    """
    return bool(module._forward_hooks or module._forward_pre_hooks)


def call_forward_hooks(module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> None:
    """Call the forward hooks of a module as if it had made `output` of `inputs`.

    >>> import torch
    >>> module = nn.Identity()
    >>> handle = module.register_forward_hook(lambda module, inputs, output: print(output))
    >>> call_forward_hooks(module, (torch.ones(1),), torch.zeros(1))
    tensor([0.])
    """
    for key, hook in module._forward_hooks.items():
        keywords: tuple[dict[str, Any], ...] = (
            ({},) if key in module._forward_hooks_with_kwargs else ()
        )
        hook(module, inputs, *keywords, output)
