"""Models as TOML files: read strictly, overridden by `--set`, built into networks."""

from neurosparse.cli.model_file.build import build_network as build_network
from neurosparse.cli.model_file.build import build_requests as build_requests
from neurosparse.cli.model_file.files import dump_config as dump_config
from neurosparse.cli.model_file.files import load_config as load_config
from neurosparse.cli.model_file.files import parse_config as parse_config
from neurosparse.cli.model_file.schema import Config as Config
from neurosparse.cli.model_file.strict import ConfigError as ConfigError
