"""Tables on the terminal."""

from typing import Any


def table(*columns: str) -> Any:
    """An empty table whose columns after the first hold numbers."""
    from rich import box
    from rich.table import Table

    result = Table(box=box.SIMPLE_HEAD, title_justify="left")
    result.add_column(columns[0])
    for name in columns[1:]:
        result.add_column(name, justify="right")
    return result


def show(content: Any) -> None:
    """Print a table."""
    from rich.console import Console

    Console().print(content)
