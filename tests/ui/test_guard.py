import pytest

from ui.guard import access_for, refuse, security_headers

LOCAL = access_for("127.0.0.1")


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860", "127.0.0.1"])
def test_this_machine_is_let_in_by_its_own_names(host: str) -> None:
    assert refuse("GET", "/", {"host": host}, LOCAL) is None


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "", "192.168.1.5:7860", "localhost.evil.example"]
)
def test_a_rebound_name_is_turned_away(host: str) -> None:
    refusal = refuse("GET", "/", {"host": host}, LOCAL)
    assert refusal is not None
    assert refusal[0] == 421


def test_bound_to_every_interface_addresses_are_let_in_but_no_names() -> None:
    access = access_for("0.0.0.0")
    assert access.allows("192.168.1.5:7860")
    assert access.allows("[fe80::1]:7860")
    assert not access.allows("evil.example")


def test_a_name_given_for_a_proxy_is_let_in() -> None:
    access = access_for("127.0.0.1", ["Deals.Example.com"])
    assert access.allows("deals.example.com")
    assert not access.allows("example.com")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:3000", "http://127.0.0.1", "https://"]
)
def test_another_page_may_not_call_this_one(origin: str) -> None:
    refusal = refuse("POST", "/gradio_api/queue/join", {"host": "127.0.0.1:7860", "origin": origin}, LOCAL)
    assert refusal is not None
    assert refusal[0] == 403


def test_the_page_may_call_itself() -> None:
    headers = {"host": "127.0.0.1:7860", "origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"}
    assert refuse("POST", "/gradio_api/queue/join", headers, LOCAL) is None


def test_a_picture_cannot_be_embedded_elsewhere_but_a_link_may_be_followed() -> None:
    asked = {"host": "127.0.0.1:7860", "sec-fetch-site": "cross-site"}
    assert refuse("GET", "/page/picture", {**asked, "sec-fetch-mode": "no-cors"}, LOCAL) is not None
    assert refuse("GET", "/", {**asked, "sec-fetch-mode": "navigate"}, LOCAL) is None


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://example.com",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/runs",
        "/gradio_api/vibe-edit",
        "/gradio_api/dev/reload",
        "/gradio_api/deep_link",
        "/gradio_api/call/ask",
        "/monitoring",
        "/docs",
        "/login",
        "/manifest.json",
        "//",
    ],
)
def test_doors_that_the_page_does_not_need_are_shut(path: str) -> None:
    assert refuse("GET", path, {"host": "localhost"}, LOCAL) == (404, "There is nothing here.")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(method: str) -> None:
    assert refuse(method, "/", {"host": "localhost"}, LOCAL) == (405, "This method is not accepted.")


def test_the_policy_lets_nothing_in_from_outside() -> None:
    policy = security_headers("NONCE")["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert "http" not in policy
    assert "*" not in policy
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == "'self' 'nonce-NONCE' 'unsafe-eval'"
    assert "unsafe-inline" not in rules["script-src"]
