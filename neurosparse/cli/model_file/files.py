"""Model files on disk: reading them whole, and writing the resolved one for another run."""

import pathlib
import tomllib
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from neurosparse.cli.model_file.overrides import override
from neurosparse.cli.model_file.schema import Config
from neurosparse.network.tables.strict import ConfigError, Kind, from_table
from neurosparse.store.single import new_file
from neurosparse.typing import Path


def load_config(path: Path, settings: Iterable[str] = ()) -> Config:
    """Read a model file, put `path=value` settings in, and check all of it.

    Raises:
        FileNotFoundError: no such file.
        ConfigError: not TOML, or a table or setting that cannot be meant.
    """
    file = pathlib.Path(path)
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{file}: no such file; `neurosparse run` wants a model in TOML"
        raise FileNotFoundError(message) from None
    except IsADirectoryError:
        model = file / "config.toml"
        remedy = f"; its model is {model}" if model.is_file() else ""
        message = f"{file}: a folder; `neurosparse run` wants a model in TOML{remedy}"
        raise IsADirectoryError(message) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: not TOML: {error}") from error
    return parse_config(override(document, settings))


def parse_config(document: dict[str, Any]) -> Config:
    """Check a document that was read from TOML.

    >>> parse_config({"simulation": {"duration": 10.0}, "population": [
    ...     {"name": "E", "n": 4, "model": {"kind": "LIF"}}]}).population[0].n
    4
    >>> parse_config({"simulaton": {"duration": 10.0}})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    neurosparse.network.tables.strict.ConfigError: simulaton: unknown key; did you mean 'simula...
    """
    try:
        return from_table(Config, document, "model")
    except ConfigError as error:
        raise ConfigError(str(error).removeprefix("model.")) from error


def to_document(value: Any) -> Any:
    """Turn a configuration back into tables, everything resolved, absent options left out."""
    if isinstance(value, Kind):
        return {"kind": value.kind, **to_document(dict(value.parameters))}
    if is_dataclass(value) and not isinstance(value, type):
        return to_document(
            {field.name: getattr(value, field.name) for field in fields(value)}
        )
    if isinstance(value, dict):
        return {key: to_document(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [to_document(item) for item in value]
    return value


def save_config(path: Path, config: Config) -> None:
    """Write a configuration as TOML that `load_config` reads back as the same.

    >>> import tempfile
    >>> path = f"{tempfile.mkdtemp()}/config.toml"
    >>> config = parse_config({"simulation": {"duration": 10.0}, "population": [
    ...     {"name": "E", "n": 4, "model": {"kind": "LIF", "tau_mem": 5.0}}]})
    >>> save_config(path, config)
    >>> load_config(path) == config
    True
    """
    import tomli_w

    with new_file(path) as temporary:
        temporary.write_text(tomli_w.dumps(to_document(config)), encoding="utf-8")
