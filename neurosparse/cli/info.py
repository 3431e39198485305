"""`neurosparse info`: versions and the machine, for a report or a bug."""

from typing import Annotated, Any

import typer


def info(
    json: Annotated[
        bool, typer.Option("--json", help="print JSON instead of a table")
    ] = False,
) -> None:
    """Show versions, machine, threads, caches and which optional parts are installed."""
    from neurosparse.cli.datasets import print_json

    facts = machine()
    if json:
        print_json(facts)
        return
    for name, version in facts["versions"].items():
        print(f"{name:12} {version}")
    print(f"{'cores':12} {facts['cores']}")
    print(f"{'machine':12} {facts['machine']}")
    print(f"{'cache':12} {facts['cache']}")
    print(f"{'data':12} {facts['data'] or '(NEUROSPARSE_DATA is not set)'}")
    for extra, absent in facts["absent"].items():
        state = "installed"
        if absent:
            state = f"pip install 'neurosparse[{extra}]' adds {', '.join(absent)}"
        print(f"[{extra}]".ljust(13) + state)


def machine() -> dict[str, Any]:
    """Versions, machine and folders; `absent` has the modules that each extra would add.

    >>> sorted(machine())
    ['absent', 'cache', 'cores', 'data', 'machine', 'versions']
    """
    import os
    import platform
    from importlib.util import find_spec

    from neurosparse.cli.versions import EXTRAS, versions
    from neurosparse.datasets.locate import cache_folder

    # of all cores, those that this process may use, where the system tells
    usable = hasattr(os, "sched_getaffinity")
    return {
        "versions": versions(),
        "cores": len(os.sched_getaffinity(0)) if usable else os.cpu_count(),
        "machine": f"{platform.machine()}, {platform.system()} {platform.release()}",
        "cache": str(cache_folder()),
        "data": os.environ.get("NEUROSPARSE_DATA"),
        "absent": {
            extra: [module for module in modules if find_spec(module) is None]
            for extra, modules in EXTRAS.items()
        },
    }
