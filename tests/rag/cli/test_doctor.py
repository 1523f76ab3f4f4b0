from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from stub_server import stub_server

import rag.embedding
import rag.loading
from rag.cli import checks
from rag.errors import IndexDamaged, ModelUnavailable


class Model:
    name = "bundled@abc"
    dimension = 256


@pytest.fixture(autouse=True)
def _light_parts(monkeypatch) -> None:
    monkeypatch.setattr(rag.embedding, "load_embedder", lambda settings: Model(), raising=False)
    monkeypatch.setattr(rag.loading, "find_documents", lambda path: [Path("a"), Path("b")], raising=False)


def states(run) -> dict[str, tuple[str, str]]:
    return {each["name"]: (each["state"], each["detail"]) for each in run.json["checks"]}


def test_all_is_well_names_packages_model_corpus_and_index(dealglot) -> None:
    Path("corpus").mkdir()
    run = dealglot("doctor", "--json")
    found = states(run)
    assert (run.code, run.json["ok"]) == (0, True)
    assert found["numpy"] == ("ok", version("numpy"))
    assert found["bundled model"] == ("ok", "bundled@abc, 256 dimensions")
    assert found["corpus"] == ("ok", "corpus, 2 documents")
    assert found["index"] == ("ok", "indexes/default, 2 documents, 4 chunks, generation g1")
    assert found["llm"][0] == "optional"
    assert {"python", "platform", "sqlite", "torch", "gradio", "faiss-cpu", "chromium"} <= set(found)


def test_every_check_is_one_line_for_people(dealglot) -> None:
    run = dealglot("doctor")
    lines = run.out.splitlines()
    assert lines[0].startswith("ok       python: 3.")
    assert lines[-1] == "all is well"
    assert {line.split()[0] for line in lines[:-1]} <= {"ok", "optional"}


def test_a_missing_package_that_is_needed_is_said_with_its_remedy(dealglot, monkeypatch) -> None:
    def without_numpy(name: str) -> str:
        if name == "numpy":
            raise PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(checks, "version", without_numpy)
    run = dealglot("doctor", "--json")
    assert (run.code, states(run)["numpy"]) == (1, ("missing", "run `pip install numpy`"))


def test_a_missing_package_of_an_extra_is_optional(dealglot, monkeypatch) -> None:
    def without_tests(name: str) -> str:
        if name == "pytest":
            raise PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(checks, "version", without_tests)
    run = dealglot("doctor", "--json")
    assert (run.code, states(run)["pytest"][0]) == (0, "optional")


def test_a_damaged_model_is_broken(dealglot, monkeypatch) -> None:
    def damaged(settings):
        raise ModelUnavailable("The file model.safetensors is damaged.", "Restore it.")

    monkeypatch.setattr(rag.embedding, "load_embedder", damaged)
    run = dealglot("doctor", "--json")
    assert (run.code, states(run)["bundled model"]) == (
        1,
        ("broken", "The file model.safetensors is damaged. Restore it."),
    )


def test_another_model_is_looked_at_beside_the_bundled_one(dealglot) -> None:
    found = states(dealglot("doctor", "--json", "--set", "embedding.model=folder"))
    assert {"bundled model", "model in use"} <= set(found)


def test_a_damaged_index_is_broken(dealglot, assistant) -> None:
    assistant.error = IndexDamaged("The index is damaged.", "Run `dealglot rebuild`.")
    run = dealglot("doctor", "--json")
    assert (run.code, states(run)["index"]) == (1, ("broken", "The index is damaged. Run `dealglot rebuild`."))


def test_an_index_that_is_not_built_is_not_built_by_doctor(dealglot, assistant) -> None:
    assistant.is_new = True
    run = dealglot("doctor", "--json")
    assert (run.code, assistant.names()) == (0, ["close"])
    assert "not built yet" in states(run)["index"][1]


def test_the_language_model_server_is_not_contacted_unasked(dealglot, monkeypatch) -> None:
    monkeypatch.setenv("DEALGLOT_LLM_KEY", "secret")
    run = dealglot("doctor", "--json", "--set", "llm.url=http://127.0.0.1:9", "--set", "llm.model=m")
    state, detail = states(run)["llm"]
    assert (run.code, state) == (0, "ok")
    assert "not contacted" in detail
    assert "secret" not in run.out


def test_online_tells_when_the_server_does_not_reply(dealglot) -> None:
    run = dealglot("doctor", "--json", "--online", "--set", "llm.url=http://127.0.0.1:9")
    state, detail = states(run)["llm"]
    assert (run.code, state) == (1, "broken")
    assert "no reply" in detail


def test_the_translator_is_named_where_one_is_set(dealglot) -> None:
    run = dealglot("doctor", "--json")
    detail = "none set: quotations stay in their original language"
    assert states(run)["translator"] == ("optional", detail)
    server = ("--set", "llm.url=http://127.0.0.1:9/v1", "--set", "llm.model=small", "--set", "translator=llm")
    assert states(dealglot("doctor", "--json", *server))["translator"] == ("ok", "small")


def test_a_translator_that_cannot_be_had_is_to_be_mended(dealglot) -> None:
    run = dealglot("doctor", "--json", "--set", "translator=bundled")
    assert (run.code, states(run)["translator"][0]) == (1, "broken")
    assert "no bundled translator yet" in states(run)["translator"][1]


def test_online_says_which_models_the_server_has_and_how_fast_it_is(dealglot, monkeypatch) -> None:
    monkeypatch.setenv("DEALGLOT_LLM_KEY", "sk-secret")
    with stub_server() as stub:
        stub.say("one two three")
        run = dealglot("doctor", "--json", "--online", "--set", f"llm.url={stub.url}", "--set", "llm.model=other")
    state, detail = states(run)["llm"]
    assert (run.code, state) == (0, "ok")
    assert "has stub-model; other is not among them" in detail
    assert "other replied: first words after" in detail
    assert "characters a second" in detail
    assert "sk-secret" not in run.out + run.err


@pytest.mark.parametrize("mode", ["401", "500", "redirect", "html", "cut"])
def test_online_says_that_a_server_gives_no_usable_reply(dealglot, monkeypatch, mode: str) -> None:
    monkeypatch.setenv("DEALGLOT_LLM_KEY", "sk-secret")
    with stub_server(mode) as stub:
        run = dealglot("doctor", "--json", "--online", "--set", f"llm.url={stub.url}", "--set", "llm.model=m")
    assert (run.code, states(run)["llm"][0]) == (1, "broken")
    assert "sk-secret" not in run.out + run.err


@pytest.mark.parametrize("url", ["ftp://a.example", "http://me:hidden@a.example"])
def test_an_address_that_is_none_is_broken_and_not_repeated(dealglot, url: str) -> None:
    run = dealglot("doctor", "--json", "--set", f"llm.url={url}")
    assert (run.code, states(run)["llm"][0]) == (1, "broken")
    assert "hidden" not in run.out


def test_a_server_elsewhere_without_https_is_remarked(dealglot) -> None:
    run = dealglot("doctor", "--json", "--set", "llm.url=http://192.0.2.7:8000/v1", "--set", "llm.model=m")
    assert "unencrypted" in states(run)["llm"][1]
