"""Tables of a network out of a text."""

import tomllib
from typing import Any

from neurosparse.errors import bad_type
from neurosparse.network.tables.build import parts_of
from neurosparse.network.tables.schema import NetworkTables
from neurosparse.network.tables.strict import ConfigError, from_table

OF_RUNS = ("title", "simulation", "record")  # tables that say how a network is run


def read_tables(text: str) -> list[Any]:
    """Make the parts of a network from TOML; see `Network.from_toml`.

    Raises:
        ConfigError: no TOML, an unknown table or key, a value that cannot be meant.
        TypeError: no text.

    >>> table = 'name = "E"\\nn = 4\\nmodel = { kind = "LIF" }'
    >>> read_tables(f"[[population]]\\n{table}")[0].n
    4
    """
    if not isinstance(text, str):
        remedy = "for a file write Network.from_toml(Path(...).read_text())"
        raise bad_type("text", text, "TOML as a text", remedy)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"text: not TOML: {error}") from error
    tables = {key: table for key, table in document.items() if key not in OF_RUNS}
    try:
        return parts_of(from_table(NetworkTables, tables, "network"))
    except ConfigError as error:
        raise ConfigError(str(error).removeprefix("network.")) from error
