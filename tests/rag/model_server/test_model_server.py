"""A model server is asked within limits, and every way it can fail is a ServerFault."""

import socket
import threading
import time

import pytest
from stub_server import StubServer, stub_server, wait_until

from rag.errors import SettingsError
from rag.model_server import Message, ModelServer, ServerFault
from rag.model_server.address import is_open_to_listeners, read_address, read_key
from rag.settings import LlmSettings

KEY = "sk-not-to-be-seen-123"
QUESTION = [Message("user", "Who signed?")]

# How the server behaves -> how it is called.
FAULTS = {
    "401": "status",
    "403": "status",
    "404": "status",
    "429": "status",
    "500": "status",
    "503": "status",
    "redirect": "redirect",
    "cut": "cut",
    "die": "garbled",
    "bad-event": "garbled",
    "empty": "garbled",
    "html": "garbled",
    "bad-json": "garbled",
    "deep-json": "garbled",
    "wrong-json": "garbled",
    "packed": "garbled",
    "no-text": "empty",
    "null-text": "empty",
    "one-megabyte": "large",
    "huge": "large",
    "hang": "slow",
    "drip": "slow",
    "drip-head": "slow",
    "stall": "slow",
    "reset": "cut",
}


def asking(url: str, *, model: str = "stub-model", seconds: int = 5, key: str = KEY) -> ModelServer:
    settings = LlmSettings(url=url, model=model, timeout_seconds=seconds)
    return ModelServer(settings, environment={"DEALGLOT_LLM_KEY": key})


def test_a_reply_comes_in_pieces() -> None:
    with stub_server() as stub:
        stub.say("The seller is Meridian GmbH [1].")
        pieces = list(asking(stub.url).stream(QUESTION))
    assert len(pieces) > 3
    assert "".join(pieces) == "The seller is Meridian GmbH [1]."
    assert stub.asked[0]["messages"] == [{"role": "user", "content": "Who signed?"}]
    assert (stub.asked[0]["model"], stub.asked[0]["stream"], stub.asked[0]["temperature"]) == (
        "stub-model",
        True,
        0,
    )


def test_the_first_piece_does_not_wait_for_the_last() -> None:
    with stub_server("stall") as stub:
        stub.say("The seller is Meridian GmbH [1].")
        assert next(asking(stub.url).stream(QUESTION)) == "The sel"


def test_letters_of_several_bytes_survive_the_cutting() -> None:
    with stub_server(piece=1) as stub:
        stub.say("Преми́я 300 млн ₽, 青岚精密 🙂")
        assert asking(stub.url).complete(QUESTION) == "Преми́я 300 млн ₽, 青岚精密 🙂"


def test_a_server_that_does_not_stream_is_understood() -> None:
    with stub_server("whole") as stub:
        assert asking(stub.url).complete(QUESTION) == "Yes [1]."


@pytest.mark.parametrize(("mode", "kind"), FAULTS.items())
def test_every_failure_is_a_fault_in_time_without_the_key(mode: str, kind: str) -> None:
    begin = time.monotonic()
    with stub_server(mode) as stub:
        stub.say("The seller is Meridian GmbH [1].")
        with pytest.raises(ServerFault) as caught:
            asking(stub.url, seconds=1 if kind == "slow" else 20).complete(QUESTION)
        assert time.monotonic() - begin < (5 if kind == "slow" else 20)
    assert caught.value.kind == kind
    told: BaseException | None = caught.value
    while told is not None:
        assert KEY not in f"{told} {told!r}"
        told = told.__cause__ or told.__context__


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: a connection is refused
        with pytest.raises(ServerFault, match="cannot be reached") as caught:
            asking(f"http://127.0.0.1:{taken.getsockname()[1]}").complete(QUESTION)
    assert caught.value.kind == "unreachable"


def test_a_name_that_is_looked_up_for_ever_does_not_hold_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: let_go.wait(20) and [])
    begin = time.monotonic()
    with pytest.raises(ServerFault) as caught:
        asking("http://model.example", seconds=1).complete(QUESTION)
    assert (caught.value.kind, time.monotonic() - begin < 3) == ("slow", True)
    let_go.set()


@pytest.mark.parametrize("mode", ["hang", "drip", "drip-head", "stall"])
def test_no_thread_stays_behind_when_the_time_is_up(mode: str) -> None:
    with stub_server(mode) as stub:
        with pytest.raises(ServerFault):
            asking(stub.url, seconds=1).complete(QUESTION)
        assert wait_until(lambda: not transfers())


def test_a_caller_that_stops_listening_ends_the_connection() -> None:
    with stub_server("drip") as stub:
        reply = asking(stub.url, seconds=60).stream(QUESTION)
        next(reply)
        reply.close()
        assert wait_until(lambda: not transfers())


def transfers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "dealglot-model-server"]


def test_a_redirect_is_not_followed_and_the_key_stays_at_home() -> None:
    with stub_server("redirect") as stub, pytest.raises(ServerFault):
        asking(stub.url).complete(QUESTION)
    assert [path for _, path, _ in stub.requests] == ["/v1/chat/completions"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_another_address_that_a_server_points_to_gets_neither_key_nor_question(status: int) -> None:
    with stub_server() as other, stub_server(f"redirect-{status}", elsewhere=other.url) as stub:
        with pytest.raises(ServerFault) as caught:
            asking(stub.url).complete(QUESTION)
        assert caught.value.kind == "redirect"
        assert len(stub.requests) == 1
        assert other.requests == []


def test_the_key_is_sent_and_only_when_there_is_one() -> None:
    with stub_server() as stub:
        asking(stub.url).complete(QUESTION)
        asking(stub.url, key="").complete(QUESTION)
    sent = [headers.get("Authorization") for _, _, headers in stub.requests]
    assert sent == [f"Bearer {KEY}", None]


def test_proxies_and_logins_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with stub_server() as proxy, stub_server() as stub:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        asking(stub.url, key="").complete(QUESTION)
        assert proxy.requests == []
        assert "Authorization" not in stub.requests[0][2]


def test_a_server_that_knows_fewer_options_is_asked_again_without_them() -> None:
    with stub_server("plain-options") as stub:
        assert asking(stub.url).complete(QUESTION) == "Yes [1]."
    assert [sorted(body) for body in stub.asked] == [
        ["max_tokens", "messages", "model", "stream", "temperature"],
        ["messages", "model", "stream"],
    ]


def test_without_a_name_the_only_model_is_asked_and_looked_up_once() -> None:
    with stub_server() as stub:
        server = asking(stub.url, model="")
        server.complete(QUESTION)
        server.complete(QUESTION)
        assert server.model == "stub-model"
    assert [path for _, path, _ in stub.requests].count("/v1/models") == 1
    assert {body["model"] for body in stub.asked} == {"stub-model"}


def test_of_several_models_none_is_guessed() -> None:
    with stub_server("many-models") as stub, pytest.raises(ServerFault, match="2 models") as caught:
        asking(stub.url, model="").complete(QUESTION)
    assert caught.value.kind == "model"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"),
        ("http://localhost:8000/v1/", "http://localhost:8000/v1"),
        ("https://models.example/api/v1/chat/completions", "https://models.example/api/v1"),
        (" HTTP://[::1]:8080/ ", "http://[::1]:8080/v1"),
    ],
)
def test_an_address_is_understood_as_people_write_it(url: str, address: str) -> None:
    assert read_address(url) == address


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example", "a.example/v1", "http://", "http://me:secret@a.example", "http://a.example/v1?key=secret",
     "http://a.example:port/v1", "http://[::1/v1"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError, match=r"llm\.url") as caught:
        read_address(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["two words", "line\nfeed", "schlüssel", "a\x00b"])
def test_a_key_that_no_header_can_hold_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(SettingsError, match="DEALGLOT_LLM_KEY") as caught:
        read_key({"DEALGLOT_LLM_KEY": key})
    assert key not in str(caught.value)


def test_the_key_shows_in_no_repr() -> None:
    server = asking("http://127.0.0.1:9")
    assert KEY not in repr(server)
    assert KEY not in repr(server._call("models", None))


@pytest.mark.parametrize(
    ("address", "open_"),
    [("http://127.0.0.1:1/v1", False), ("http://localhost/v1", False), ("http://[::1]:1/v1", False),
     ("https://a.example/v1", False), ("http://a.example/v1", True), ("http://192.168.0.7:8000/v1", True)],
)  # fmt: skip
def test_what_crosses_a_network_unencrypted_is_known(address: str, open_: bool) -> None:
    assert is_open_to_listeners(address) is open_


def test_the_stub_itself_ends_with_its_block() -> None:
    with stub_server("hang") as stub:
        assert isinstance(stub, StubServer)
    assert stub.ending.is_set()
