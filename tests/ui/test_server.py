import gc
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from fake_assistant import HOSTILE, FakeAssistant
from fastapi.testclient import TestClient

from rag import Assistant
from rag.settings import PathSettings, Settings
from ui.guard import access_for
from ui.server import create_app

# Gradio opens event loops of its own while it is set up, and leaves them to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ADDRESS = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    corpus = tmp_path_factory.mktemp("corpus")
    (corpus / "press").mkdir()
    (corpus / "press" / "openai-foxconn.pdf").write_bytes(b"no pdf at all")
    assistant = FakeAssistant(Settings(paths=PathSettings(corpus=corpus)))
    app = create_app(cast(Assistant, assistant), host="127.0.0.1", port=7860, access=access_for("127.0.0.1"))
    with TestClient(cast(Any, app), base_url=ADDRESS) as open_client:
        gc.collect()
        yield open_client


def page(client: TestClient, language: str = "en", **headers: str) -> str:
    answer = client.get("/", headers={"accept-language": language, **headers})
    assert answer.status_code == 200
    return answer.text


def config(html: str) -> Any:
    return json.loads(html.split("window.gradio_config = ")[1].split(";</script>")[0])


def test_the_page_comes_in_the_readers_language(client: TestClient) -> None:
    html = page(client, "ar,en;q=0.5")
    assert re.search(r'<html\s+lang="ar" dir="rtl"', html)
    labels = [component["props"].get("label") for component in config(html)["components"]]
    assert "المستندات" in labels
    assert "@@" not in html


def test_a_choice_remembered_by_the_cookie_wins(client: TestClient) -> None:
    html = page(client, "ar", cookie="dealglot_language=ja")
    assert re.search(r'<html\s+lang="ja" dir="ltr"', html)


def test_documents_are_in_the_page_escaped(client: TestClient) -> None:
    html = page(client)
    table = next(item for item in config(html)["components"] if item["props"].get("elem_id") == "table")
    assert "board.txt" in table["props"]["value"]
    assert "<img" not in table["props"]["value"]
    assert "&lt;img src=x" in table["props"]["value"]
    assert HOSTILE not in html


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/", "/health", "/page/page.js", "/nothing", "/gradio_api/info"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_the_nonce_is_new_each_time_and_fits_the_scripts(client: TestClient) -> None:
    nonces = set()
    for _ in range(2):
        answer = client.get("/")
        policy = answer.headers["content-security-policy"]
        nonce = re.search(r"'nonce-([^']+)'", policy)
        assert nonce is not None
        assert answer.text.count("<script") == answer.text.count(f'<script nonce="{nonce[1]}"')
        nonces.add(nonce[1])
    assert len(nonces) == 2


def test_the_page_names_nothing_outside(client: TestClient) -> None:
    html = page(client)
    assert re.findall(r"""(?:href|src)=["']?(?:https?:)?//[^"'>]*""", html) == []
    outside = set(re.findall(r"https?://[^\s\"'<>\\]+", html))
    # Hostile documents name an address, and Gradio gives an example of a file: data, nothing that is loaded.
    data = (ADDRESS, "http://example.com", "https://github.com/gradio-app/gradio/raw/main/test/test_files")
    assert {address for address in outside if not address.startswith(data)} == set()


def test_the_theme_fetches_no_fonts(client: TestClient) -> None:
    css = client.get("/theme.css").text
    assert "@import" not in css
    assert "@font-face" not in css
    assert re.findall(r"url\((?!\"data:)", css) == []


def test_history_monitoring_sharing_and_docs_are_off(client: TestClient) -> None:
    settings = config(page(client))
    assert settings["run_history"] is False
    assert settings["analytics_enabled"] is False
    assert settings["footer_links"] == []
    for path in ("/monitoring", "/docs", "/openapi.json", "/gradio_api/runs", "/manifest.json"):
        assert client.get(path).status_code == 404, path


def test_no_event_is_offered_as_an_api(client: TestClient) -> None:
    assert {item["api_visibility"] for item in config(page(client))["dependencies"]} == {"private"}


def test_uploads_have_the_size_limit_of_the_settings(client: TestClient) -> None:
    assert config(page(client))["max_file_size"] == 200 * 1024 * 1024


def test_strangers_are_turned_away(client: TestClient) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 421
    refused = client.post("/gradio_api/queue/join", json={}, headers={"origin": "https://evil.example"})
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


def test_health_answers(client: TestClient) -> None:
    assert client.get("/health").json() == {"ok": True}


def test_our_own_files_are_served_with_their_kind(client: TestClient) -> None:
    kinds = {"style.css": "text/css", "page.js": "text/javascript", "icon.svg": "image/svg+xml"}
    for name, kind in kinds.items():
        answer = client.get(f"/page/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?document=press/openai-foxconn.pdf&page=1",  # its bytes are no PDF
        "?document=../../etc/passwd&page=1",
        "?document=minutes/board.txt&page=1",
        "?document=press/openai-foxconn.pdf&page=77",
    ],
)
def test_a_picture_that_cannot_be_drawn_is_not_there(client: TestClient, query: str) -> None:
    assert client.get(f"/page/picture{query}").status_code == 404


def test_own_style_and_script_point_nowhere_else() -> None:
    folder = Path(__file__).parents[2] / "ui"
    css = (folder / "style.css").read_text(encoding="utf-8")
    assert re.findall(r"url\((?!\"data:)", css) == []
    assert "@import" not in css
    assert "http" not in (folder / "page.js").read_text(encoding="utf-8")
