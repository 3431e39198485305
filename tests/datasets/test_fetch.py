"""Downloads are proven before they get their name."""

import hashlib
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from neurosparse.datasets import DataFile, Dataset, fetch
from neurosparse.datasets.locate import folders


@pytest.fixture
def served():
    """A server of this process that gives `body` to everyone; yields (address, body)."""
    body = np.random.default_rng(0).bytes(3_000_000)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/a.bin", body
        server.shutdown()
        thread.join()


def test_downloads_are_proven_before_they_get_their_name(
    served: tuple[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, body = served
    monkeypatch.setenv("NEUROSPARSE_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    file = DataFile("a.bin", hashlib.sha256(body).hexdigest(), len(body), address)
    card = Dataset("toy", "", "", (file,), "", "", "", "")
    seen: list[int] = []
    assert fetch(card, lambda done, total: seen.append(done)) == [
        folders(card)[0] / "a.bin"
    ]
    assert seen[-1] == len(body)
    assert (tmp_path / "toy" / "a.bin").read_bytes() == body
    (tmp_path / "toy" / "a.bin").unlink()
    for wrong in (
        replace(file, sha256="0" * 64),
        replace(file, size=len(body) - 1),
        replace(file, size=10),
    ):
        with pytest.raises(ValueError, match="sha256"):
            fetch(replace(card, files=(wrong,)))
        assert not list((tmp_path / "toy").iterdir())
