import os
import socket
import stat
from pathlib import Path

import pytest

from ui.__main__ import DEFAULT_PORT, PortBusy, open_port, private_uploads


@pytest.fixture
def busy() -> socket.socket:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken


def test_a_busy_port_asked_for_by_number_is_named_with_what_to_do(busy: socket.socket) -> None:
    number = busy.getsockname()[1]
    with pytest.raises(PortBusy, match=rf"127\.0\.0\.1:{number}.*--port"):
        open_port("127.0.0.1", number)


def test_without_a_number_the_next_free_port_is_taken() -> None:
    with open_port("127.0.0.1", None) as first, open_port("127.0.0.1", None) as second:
        ports = [first.getsockname()[1], second.getsockname()[1]]
    assert ports[0] >= DEFAULT_PORT
    assert ports[1] > ports[0]


def test_uploads_lie_in_a_private_folder_that_does_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", "before")
    with private_uploads():
        folder = Path(os.environ["GRADIO_TEMP_DIR"])
        (folder / "deal.pdf").write_text("x", encoding="utf-8")
        mode = stat.S_IMODE(folder.stat().st_mode)
    assert os.name == "nt" or mode == 0o700
    assert not folder.exists()
