"""Models as TOML files: read strictly, overridden by `--set`, built into networks."""

from neurosparse.config.build import build_network as build_network
from neurosparse.config.build import build_requests as build_requests
from neurosparse.config.files import dump_config as dump_config
from neurosparse.config.files import load_config as load_config
from neurosparse.config.files import parse_config as parse_config
from neurosparse.config.schema import Config as Config
from neurosparse.config.strict import ConfigError as ConfigError
