"""`neurosparse info`: versions and the machine, for a report or a bug."""


def info() -> None:
    """Show versions, machine, threads, caches and which optional parts are installed."""
    import os
    import platform
    from importlib.util import find_spec

    from neurosparse.cli.versions import EXTRAS, versions
    from neurosparse.datasets.locate import cache_folder

    for name, version in versions().items():
        print(f"{name:12} {version}")
    # of all cores, those that this process may use, where the system tells
    usable = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if usable else os.cpu_count()
    print(f"{'cores':12} {cores}")
    print(f"{'machine':12} {platform.machine()}, {platform.system()} {platform.release()}")
    print(f"{'cache':12} {cache_folder()}")
    print(
        f"{'data':12} {os.environ.get('NEUROSPARSE_DATA', '(NEUROSPARSE_DATA is not set)')}"
    )
    for extra, modules in EXTRAS.items():
        absent = [module for module in modules if find_spec(module) is None]
        state = "installed"
        if absent:
            state = f"pip install 'neurosparse[{extra}]' adds {', '.join(absent)}"
        print(f"[{extra}]".ljust(13) + state)
