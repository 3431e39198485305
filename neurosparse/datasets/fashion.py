"""Fashion-MNIST: pictures of clothes, a harder set in the same shape as MNIST."""

from neurosparse.datasets.descriptor import Dataset
from neurosparse.datasets.idx import ImageSet, image_files, load_images

_AT = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"

CARD = Dataset(
    name="fashion_mnist",
    title="Fashion-MNIST: 60,000 + 10,000 pictures of clothes, 28 x 28 grey",
    arrays="train_x uint8 [60000, 28, 28], train_y uint8 [60000], test_x, test_y [10000]",
    files=image_files(
        _AT,
        [
            (
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                26_421_880,
            ),
            ("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29_515),
            ("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4_422_102),
            ("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5_148),
        ],
    ),
    licence="MIT (Zalando SE, 2017)",
    citation="Xiao, Rasul, Vollgraf (2017), arXiv:1708.07747",
    homepage="https://github.com/zalandoresearch/fashion-mnist",
    loader="neurosparse.datasets.fashion_mnist()",
)


def fashion_mnist() -> ImageSet:
    """Load Fashion-MNIST (Xiao et al. 2017, arXiv:1708.07747) as published.

    Raises:
        FileNotFoundError: the files are not on this machine; the message has the commands that
            fetch them.
        ValueError: they have other content.
    """
    return load_images(CARD)
