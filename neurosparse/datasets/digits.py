"""MNIST: handwritten digits."""

from neurosparse.datasets.descriptor import Dataset
from neurosparse.datasets.idx import ImageSet, image_files, load_images

_AT = "https://ossci-datasets.s3.amazonaws.com/mnist"

CARD = Dataset(
    name="mnist",
    title="MNIST: 60,000 + 10,000 handwritten digits, 28 x 28 grey",
    arrays="train_x uint8 [60000, 28, 28], train_y uint8 [60000], test_x, test_y [10000]",
    files=image_files(
        _AT,
        [
            ("440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9_912_422),
            ("3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28_881),
            ("8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1_648_877),
            ("f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4_542),
        ],
    ),
    licence="CC BY-SA 3.0 as commonly stated (Y. LeCun, C. Cortes)",
    citation="LeCun et al. (1998), Proc. IEEE 86, 2278, doi:10.1109/5.726791",
    homepage="https://ossci-datasets.s3.amazonaws.com/mnist/",
    loader="neurosparse.datasets.mnist()",
)


def mnist() -> ImageSet:
    """Load MNIST (LeCun et al. 1998, doi:10.1109/5.726791) as published.

    Raises:
        FileNotFoundError: the files are not on this machine; the message has the commands that
            fetch them.
        ValueError: they have other content.
    """
    return load_images(CARD)
