from . import csr as csr
from . import machine as machine
from . import philox as philox
from . import vector as vector
