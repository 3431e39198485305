"""Resets and surrogate derivatives of spikes: what a `Dynamics` is made of."""

from neurosparse.kernels.layers.recurrent_scan.parts import GATE as GATE
from neurosparse.kernels.layers.recurrent_scan.parts import NONE as NONE
from neurosparse.kernels.layers.recurrent_scan.parts import SUBTRACT as SUBTRACT
from neurosparse.kernels.layers.recurrent_scan.parts import ZERO as ZERO
from neurosparse.kernels.layers.recurrent_scan.parts import Reset as Reset
from neurosparse.kernels.layers.recurrent_scan.surrogates import ATan as ATan
from neurosparse.kernels.layers.recurrent_scan.surrogates import Box as Box
from neurosparse.kernels.layers.recurrent_scan.surrogates import FastSigmoid as FastSigmoid
from neurosparse.kernels.layers.recurrent_scan.surrogates import (
    LogisticSigmoid as LogisticSigmoid,
)
from neurosparse.kernels.layers.recurrent_scan.surrogates import Surrogate as Surrogate
from neurosparse.kernels.layers.recurrent_scan.surrogates import Triangle as Triangle
