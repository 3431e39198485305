"""Wiring rules: each a small object with build(n_pre, n_post, rng) -> Connectivity."""

from neurosparse.wiring._rule import Rule as Rule
from neurosparse.wiring._rule import Wiring as Wiring
from neurosparse.wiring.all_to_all import AllToAll as AllToAll
from neurosparse.wiring.barabasi_albert import BarabasiAlbert as BarabasiAlbert
from neurosparse.wiring.bernoulli import Bernoulli as Bernoulli
from neurosparse.wiring.configuration_model import ConfigurationModel as ConfigurationModel
from neurosparse.wiring.distance_dependent import DistanceDependent as DistanceDependent
from neurosparse.wiring.falloff import Disc as Disc
from neurosparse.wiring.falloff import Exponential as Exponential
from neurosparse.wiring.falloff import Gaussian as Gaussian
from neurosparse.wiring.fixed_in_degree import FixedInDegree as FixedInDegree
from neurosparse.wiring.fixed_out_degree import FixedOutDegree as FixedOutDegree
from neurosparse.wiring.fixed_total import FixedTotal as FixedTotal
from neurosparse.wiring.from_data import FromData as FromData
from neurosparse.wiring.groups import Groups as Groups
from neurosparse.wiring.one_to_one import OneToOne as OneToOne
from neurosparse.wiring.values import LogNormal as LogNormal
from neurosparse.wiring.values import Normal as Normal
from neurosparse.wiring.values import Uniform as Uniform
from neurosparse.wiring.watts_strogatz import WattsStrogatz as WattsStrogatz
