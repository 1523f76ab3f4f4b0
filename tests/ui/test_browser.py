"""The page in headless Chromium, served as a person starts it, on the real Assistant."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("contracts/liefervertrag-solvenar-brueckhain.pdf", "contracts/hoja-de-terminos-solvenar.docx")
QUESTION = "Wie viele Batteriespeichermodule verkauft und liefert der Lieferant dem Besteller?"
SENTENCE = "Der Lieferant verkauft und liefert dem Besteller 480 Batteriespeichermodule"
HOSTILE = (
    'The parcel number of the warehouse is 4711 <img src=x onerror="document.title=1"> [x](http://example.com/a) '
    "![](http://example.com/b.png) $$\\int$$ ${alert(2)} {{alert}} <b>bold</b>."
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}


def chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        reason = "THE PAGE WAS NOT TRIED IN A BROWSER: no Chromium on the path (Debian: apt install chromium)."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    chromium()  # without a browser there is nothing to serve for
    with served(tmp_path_factory.mktemp("page")) as place:
        yield place


@pytest.fixture
def address_with_model(tmp_path: Path) -> Iterator[str]:
    """A page that offers a model by a long name; nobody asks it."""
    chromium()
    model = {"DEALGLOT_LLM_URL": "http://127.0.0.1:9/v1", "DEALGLOT_LLM_MODEL": "qwen2.5-14b-instruct-q4_k_m.gguf"}
    with served(tmp_path, **model) as place:
        yield place


@contextmanager
def served(folder: Path, **variables: str) -> Iterator[str]:
    for name in DOCUMENTS:
        target = folder / "corpus" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "corpus" / name, target)
    command = [sys.executable, "-m", "ui", "--no-browser", "--port", "0"]
    command += ["--corpus", str(folder / "corpus"), "--index", str(folder / "index")]
    log = folder / "log"
    with log.open("w") as errors:
        environment = {**os.environ, **variables}
        server = subprocess.Popen(command, cwd=ROOT, stderr=errors, stdout=errors, env=environment)
    try:
        yield started(server, log)
    finally:
        server.terminate()
        server.wait(timeout=20)


def started(server: subprocess.Popen[bytes], log: Path) -> str:
    """The address that the program says it is at."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text())
        if found:
            return found[0]
        time.sleep(0.1)
    pytest.fail(f"The page did not start:\n{log.read_text()}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=DESKTOP, locale="en-GB")  # type: ignore[arg-type]
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """The open page; at the end, nothing may have left this machine and nothing may have broken."""
    sheet = context.new_page()
    left: list[str] = []
    broken: list[str] = []

    def seen(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            left.append(request.url)

    sheet.on("request", seen)
    sheet.on("pageerror", lambda error: broken.append(str(error)))
    sheet.on("dialog", lambda dialog: broken.append(dialog.message))
    sheet.on("console", lambda line: broken.append(line.text) if line.type == "error" else None)
    sheet.set_default_timeout(20_000)
    sheet.goto(address)
    sheet.wait_for_selector("#question textarea")
    yield sheet
    assert left == []
    assert broken == []


def ask(page: Page, question: str) -> None:
    number = page.locator(".turn").count() + 1
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(f'#t{number}[aria-busy="false"]')


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def upload(page: Page, *files: Path) -> None:
    page.locator("#documents-tab input[type=file], input[type=file]").first.set_input_files(list(files))


def test_an_answer_cites_a_sentence_that_opens_in_its_document(page: Page) -> None:
    ask(page, QUESTION)
    quote = page.locator("#now .source q").first.inner_text()
    assert SENTENCE in quote
    page.locator("#now a.mark").first.click()
    expect(page.locator("#t1-c1")).to_be_focused()
    page.locator("#t1-c1 a.back").click()
    expect(page.locator("#now a.mark").first).to_be_focused()
    page.locator("#t1-c1 button.show").click()
    mark = page.locator("#viewer mark")
    expect(mark.first).to_be_visible()
    assert " ".join("".join(mark.all_inner_texts()).split()) == " ".join(quote.split())


def test_a_pdf_page_is_shown_as_a_picture(page: Page) -> None:
    open_tab(page, "Documents")
    page.locator("#table .open", has_text="liefervertrag").click()
    page.get_by_role("button", name="Page image").click()
    picture = page.locator("#viewer img")
    expect(picture).to_be_visible()
    page.wait_for_function("document.querySelector('#viewer img').naturalWidth === 1000")
    page.keyboard.press("Escape")
    expect(page.locator("#viewer .panel")).to_have_count(0)


def test_an_uploaded_file_is_answered_from_and_stays_text(page: Page, tmp_path: Path) -> None:
    (tmp_path / "warehouse.txt").write_text(f"Report on the warehouse.\n\n{HOSTILE}\n", encoding="utf-8")
    (tmp_path / "picture.xyz").write_bytes(b"\x00\x01")
    open_tab(page, "Documents")
    upload(page, tmp_path / "warehouse.txt", tmp_path / "picture.xyz")
    report = page.locator("#work .report")
    expect(report.locator(".done")).to_contain_text("warehouse.txt")
    expect(report.locator(".failed")).to_contain_text("picture.xyz")
    expect(report.locator(".failed")).to_contain_text("Files of this kind cannot be read.")
    expect(page.locator("#table tbody tr")).to_have_count(3)
    open_tab(page, "Ask")
    ask(page, "What is the parcel number of the warehouse?")
    source = page.locator("#now .source").first
    expect(source).to_contain_text("warehouse.txt")
    expect(source).to_contain_text('<img src=x onerror="document.title=1"> [x](http://example.com/a)')
    expect(source).to_contain_text("![](http://example.com/b.png) $$\\int$$ ${alert(2)} {{alert}} <b>bold</b>")
    source.locator("button.show").click()
    expect(page.locator("#viewer .sheet.text")).to_contain_text("<img src=x onerror")
    assert page.locator("#now img, #viewer img, #now .body b, #viewer b").count() == 0
    assert page.title() == "Dealglot"
    open_tab(page, "Documents")
    page.locator("#table tr", has_text="warehouse.txt").get_by_role("button", name="Remove").click()
    page.locator("dialog[open] .danger").click()
    expect(page.locator("#work")).to_contain_text("Removed: warehouse.txt")
    expect(page.locator("#table tbody tr")).to_have_count(2)


def test_the_language_chosen_in_the_page_changes_every_label_at_once(page: Page) -> None:
    ask(page, QUESTION)
    page.select_option("select[data-language]", "ar")
    expect(page.get_by_role("tab", name="المستندات")).to_be_visible()
    expect(page.locator("#now .source button.show").first).to_have_text("عرض في المستند")
    assert page.locator("#question textarea").get_attribute("placeholder") == "اسأل عن مستنداتك…"
    assert page.evaluate("getComputedStyle(document.querySelector('#now .source')).direction") == "rtl"
    page.reload()
    expect(page.get_by_role("tab", name="المستندات")).to_be_visible()
    assert page.evaluate("document.documentElement.dir") == "rtl"


@pytest.mark.parametrize("language", ["en", "ar", "el"])
def test_a_phone_never_scrolls_sideways(page: Page, language: str) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.select_option("select[data-language]", language)
    widths = "[document.documentElement.scrollWidth, document.body.scrollWidth]"
    ask(page, QUESTION)
    for number in range(3):
        page.get_by_role("tab").nth(number).click()
        page.wait_for_timeout(150)
        assert max(page.evaluate(widths)) <= PHONE["width"], f"tab {number}"


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_the_models_box_covers_nothing(
    context: BrowserContext, address_with_model: str, size: dict[str, int]
) -> None:
    sheet = context.new_page()
    sheet.set_viewport_size(size)  # type: ignore[arg-type]
    sheet.goto(address_with_model)
    sheet.wait_for_selector("#model input")
    sheet.select_option("select[data-language]", "de")
    expect(sheet.locator("#model")).to_contain_text("formulieren lassen")
    boxes = [box for name in ("#language", "#filter", "#model") if (box := sheet.locator(name).bounding_box())]
    assert len(boxes) == 3
    for box in boxes:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
    language, chosen, model = boxes
    assert language["x"] + language["width"] <= chosen["x"]
    assert chosen["y"] + chosen["height"] <= model["y"]
    assert sheet.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_tab_leaves_a_list_for_the_next_field(page: Page) -> None:
    page.locator("#language input").focus()
    expect(page.locator('#language ul[role="listbox"], ul[role="listbox"]').first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("#filter input")).to_be_focused()


def test_the_page_can_be_used_by_keyboard_alone(page: Page) -> None:
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type("Wo liefert der Lieferant\ndie Module")
    expect(page.locator("#t1")).to_be_visible()  # Enter sent the first line
    page.keyboard.press("Shift+Enter")
    assert "\n" in page.locator("#question textarea").input_value()


def test_an_empty_question_says_what_to_do(page: Page) -> None:
    page.press("#question textarea", "Enter")
    expect(page.locator("#now .trouble")).to_contain_text("Please type a question first.")


def test_the_index_is_checked_and_rebuilt_from_the_page(page: Page) -> None:
    open_tab(page, "Index")
    expect(page.locator("#state")).to_contain_text("Everything is in order")
    page.get_by_role("button", name="Rebuild", exact=True).click()
    expect(page.locator("#index-work")).to_contain_text("Rebuilt in")
