"""What every command has in common: help, usage errors, exit codes, the two streams."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.cli import main
from rag.cli.app import COMMANDS
from rag.errors import IndexDamaged, IndexMismatch, ModelUnavailable

PROMISED = (
    "chat",
    "add",
    "remove",
    "sync",
    "list",
    "rebuild",
    "ask",
    "search",
    "compare",
    "evaluate",
    "verify",
    "purge",
    "doctor",
)
SHARED = ("--corpus", "--index", "--config", "--json", "--quiet", "--set", "--debug")
HEAVY = ("torch", "gradio", "faiss", "sentence_transformers", "transformers", "babel", "pypdf", "docx")


def test_every_promised_command_is_there() -> None:
    assert tuple(COMMANDS) == PROMISED


@pytest.mark.parametrize("command", PROMISED)
def test_every_command_has_a_help_with_the_shared_options(command, dealglot) -> None:
    run = dealglot(command, "--help")
    assert run.code == 0
    assert [option for option in SHARED if option not in run.out] == []


def test_help_names_every_command(dealglot) -> None:
    run = dealglot("--help")
    assert run.code == 0
    assert [command for command in PROMISED if f" {command} " not in run.out] == []


def test_no_command_shows_the_help_and_fails(dealglot) -> None:
    run = dealglot()
    assert (run.code, "Usage" in run.out) == (1, True)


def test_the_version_is_that_of_the_package(dealglot) -> None:
    assert dealglot("--version").out.startswith("dealglot 0.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["asks"], "No such command"),
        (["ask"], "QUESTION"),
        (["ask", "a", "b"], "unexpected extra argument"),
        (["ask", "a", "--colour"], "No such option"),
        (["search", "a", "--limit", "0"], "--limit"),
        (["search", "a", "--limit", "many"], "--limit"),
        (["chat", "--port", "70000"], "--port"),
        (["ask", "a", "--set", "llm.url"], "has no value"),
        (["ask", "a", "--set", "llm.ulr=x"], "Did you mean 'llm.url'"),
        (["ask", "a", "--set", "answering.floor=much"], "It takes a number"),
        (["ask", "a", "--config", "nowhere.toml"], "cannot be read"),
    ],
)
def test_a_usage_or_settings_error_is_one_line_and_exit_1(arguments, said, dealglot) -> None:
    run = dealglot(*arguments)
    assert (run.code, run.out, run.err.count("\n")) == (1, "", 1)
    assert said in run.err


def test_a_wrong_environment_variable_is_one_line_and_exit_1(dealglot, monkeypatch) -> None:
    monkeypatch.setenv("DEALGLOT_EMBEDDING_MODLE", "x")
    run = dealglot("ask", "a")
    assert (run.code, run.out) == (1, "")
    assert "Did you mean 'embedding.model'?" in run.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (IndexDamaged("The index is damaged.", "Run `dealglot rebuild`."), 3),
        (IndexMismatch("The index does not fit.", "Run `dealglot rebuild`."), 3),
        (ModelUnavailable("There is no model."), 1),
    ],
)
def test_an_expected_error_is_told_with_its_own_exit_code(error, code, dealglot, assistant) -> None:
    assistant.error = error
    run = dealglot("ask", "a", "--json")
    assert (run.code, run.out, run.err) == (code, "", f"dealglot: {error}\n")


def test_an_unexpected_error_is_one_line_that_names_debug(dealglot, assistant) -> None:
    assistant.error = ZeroDivisionError("by\nzero")
    run = dealglot("ask", "a")
    assert (run.code, run.out, run.err.count("\n")) == (1, "", 1)
    assert "ZeroDivisionError: by zero" in run.err
    assert "--debug" in run.err


def test_debug_shows_where_an_unexpected_error_came_from(dealglot, assistant) -> None:
    assistant.error = ZeroDivisionError("by zero")
    assert "Traceback" in dealglot("ask", "a", "--debug").err


def test_an_interrupted_command_says_so_and_exits_130(dealglot, assistant) -> None:
    assistant.error = KeyboardInterrupt()  # type: ignore[assignment]
    run = dealglot("ask", "a")
    assert (run.code, run.out, run.err.count("\n")) == (130, "", 1)
    assert "stopped" in run.err


def test_the_assistant_is_closed_after_an_error(dealglot, assistant) -> None:
    assistant.error = ModelUnavailable("There is no model.")
    dealglot("ask", "a")
    assert assistant.names()[-1] == "close"


def test_the_options_reach_the_settings(dealglot, assistant) -> None:
    run = dealglot(
        "list", "--corpus", "c", "--index", "i", "--set", "answering.floor = 0.25", "--set", "llm.model=m"
    )
    settings = assistant.settings
    assert (run.code, settings.paths.corpus, settings.paths.index) == (0, Path("c"), Path("i"))
    assert (settings.answering.floor, settings.llm.model) == (0.25, "m")


def test_the_option_config_reads_a_settings_file(dealglot, assistant) -> None:
    Path("my.toml").write_text("[answering]\nfloor = 0.75\n", encoding="utf-8")
    assert dealglot("list", "--config", "my.toml").code == 0
    assert assistant.settings.answering.floor == 0.75


def test_help_starts_within_half_a_second_and_loads_nothing_heavy() -> None:
    command = f"import rag.cli, sys; code = rag.cli.main(['--help']); print([m for m in {HEAVY} if m in sys.modules], code)"
    seconds = []
    for _ in range(3):
        before = os.times()
        run = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
        after = os.times()
        assert run.stdout.splitlines()[-1] == "[] 0"
        # Time on the processor: the wall clock says little on a busy machine.
        seconds.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(seconds) < 0.5


def test_python_m_rag_is_the_same_command() -> None:
    run = subprocess.run([sys.executable, "-m", "rag", "--version"], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("dealglot 0.")


@pytest.mark.skipif(sys.platform == "win32", reason="no broken pipes of this kind")
def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m rag ask --help | true; exit ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_output_is_utf_8_whatever_the_locale() -> None:
    script = (
        "import rag.cli.session as session, rag.cli\n"
        "class Fake:\n"
        "    is_new = False\n"
        "    def search(self, *rest): return []\n"
        "    def documents(self): return ['one']\n"
        "    def close(self): pass\n"
        "session.build_assistant = lambda settings: Fake()\n"
        "raise SystemExit(rag.cli.main(['search', '合同 \\udc80?', '--json']))"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, check=True)
    assert '"question": "合同 \\udc80?"' in run.stdout.decode("utf-8")


def test_main_reads_the_arguments_of_the_process(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["dealglot", "--version"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("dealglot 0.")


def test_a_usage_error_ends_with_a_full_stop_before_its_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "price", "--limit", "0"]) == 1
    said = capsys.readouterr().err
    assert ". Try 'dealglot search --help'." in said
    assert said.count("\n") == 1
    assert main(["nothing"]) == 1
    assert ".. Try" not in capsys.readouterr().err
