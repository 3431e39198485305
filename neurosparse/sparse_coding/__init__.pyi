# codes, dictionaries
from .codes import SparseCodes as SparseCodes
from .dictionary import Dictionary as Dictionary

# thresholds
from .thresholds import CEL0 as CEL0
from .thresholds import Firm as Firm
from .thresholds import Half as Half
from .thresholds import Hard as Hard
from .thresholds import NonNegative as NonNegative
from .thresholds import Rozell as Rozell
from .thresholds import Soft as Soft
from .curve import Thresholding as Thresholding

# coders
from .coder import Coder as Coder
from .coder import Solution as Solution
from .coder import cost as cost
from .ista import Fista as Fista
from .ista import Ista as Ista
from .lasso import Lasso as Lasso
from .lasso import LassoPath as LassoPath
from .lca import EventLca as EventLca
from .lca import Lca as Lca
from .pursuit import MatchingPursuit as MatchingPursuit
from .pursuit import Omp as Omp

# as scikit-learn has it
from .estimator import CodeTransformer as CodeTransformer

# rates as a code
from .spiking import SpikingLca as SpikingLca

# dictionaries that are learned
from .learn.ksvd import KSvd as KSvd
from .learn.learned import LearnedDictionary as LearnedDictionary
from .learn.learned import LearningProgress as LearningProgress
from .learn.mod import Mod as Mod
from .learn.olshausen_field import OlshausenField as OlshausenField
from .learn.online import OnlineDictionary as OnlineDictionary
from .learn.rule import LearningRule as LearningRule
from .learn.supervised import SupervisedDictionary as SupervisedDictionary
from .learn.supervised import SupervisedModel as SupervisedModel

# images: kernels in every place
from .convolutional_admm import ConvolutionalAdmm as ConvolutionalAdmm
from .convolutional_codes import ConvolutionalCodes as ConvolutionalCodes
from .convolutional_descent import ConvolutionalDescent as ConvolutionalDescent
from .learn.kernels import ConvolutionalCoder as ConvolutionalCoder
from .learn.kernels import LearnedKernels as LearnedKernels
from .learn.kernels import learn_kernels as learn_kernels
from .log_gabor import ONE_BANDWIDTH as ONE_BANDWIDTH
from .log_gabor import SIX_BANDWIDTHS as SIX_BANDWIDTHS
from .log_gabor import LogGabors as LogGabors
