"""The docs name everything there is: commands, options, settings, suffixes, reasons."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import typer

from rag.cli.app import COMMANDS, build_app
from rag.errors import REASONS
from rag.loading import SUFFIXES
from rag.settings import ENVIRONMENT_PREFIX, KEY_VARIABLE, Settings, setting_names

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
EXIT_CODES = ("0", "1", "2", "3", "130")


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(command: str) -> str:
    """The part of docs/cli.md under the heading of a command."""
    parts = re.split(r"(?m)^## ", text("cli.md"))
    found = [part for part in parts if part.startswith(f"`{command}")]
    assert len(found) == 1, f"docs/cli.md needs one heading '## `{command} ...'"
    return found[0]


def options(command: str) -> list[str]:
    known = typer.main.get_command(build_app()).commands[command].params  # type: ignore[attr-defined]
    return [
        name for each in known if each.param_type_name == "option" for name in each.opts if name.startswith("--")
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_section_with_an_example(command: str) -> None:
    assert re.search(rf"(?m)^ *(\$ )?dealglot {command}\b", section(command))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_described(command: str) -> None:
    everywhere = section(command) + text("cli.md").split("\n## ")[0] + section_of_shared()
    assert [name for name in options(command) if f"`{name}" not in everywhere] == []


def section_of_shared() -> str:
    parts = re.split(r"(?m)^## ", text("cli.md"))
    return next(part for part in parts if part.startswith("Options of every command"))


@pytest.mark.parametrize("command", COMMANDS)
def test_no_option_is_described_that_is_not_there(command: str) -> None:
    described = set(re.findall(r"`(--[a-z-]+)", section(command)))
    assert described - set(options(command)) == set()


def test_every_exit_code_is_explained() -> None:
    table = re.findall(r"(?m)^\| (\d+) \|", text("cli.md"))
    assert tuple(table) == EXIT_CODES


@pytest.mark.parametrize("name", setting_names())
def test_every_setting_is_described_with_its_default_and_variable(name: str) -> None:
    group, _, key = name.partition(".")
    default = getattr(getattr(Settings(), group), key)
    shown = default.as_posix() if isinstance(default, Path) else str(default)
    variable = f"{ENVIRONMENT_PREFIX}{group}_{key}".upper()
    (row,) = re.findall(rf"(?m)^\| `{re.escape(name)}` \|.*$", text("settings.md"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1] == (f"`{shown}`" if shown else "empty")
    assert cells[2] == f"`{variable}`"
    assert len(cells[3]) > 10


def test_no_setting_is_described_that_is_not_there() -> None:
    groups = "|".join(each.name for each in fields(Settings))
    described = re.findall(rf"(?m)^\| `((?:{groups})\.[a-z_]+)` \|", text("settings.md"))
    assert sorted(described) == sorted(setting_names())


def test_the_key_variable_is_described() -> None:
    assert f"`{KEY_VARIABLE}`" in text("settings.md")


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_every_suffix_is_described(suffix: str) -> None:
    assert f"`{suffix}`" in text("formats.md")


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_explained(reason: str) -> None:
    assert f"`{reason}`" in text("formats.md")


def test_links_between_the_docs_lead_somewhere() -> None:
    links = [
        (page, target)
        for page in [*DOCS.glob("*.md"), *ROOT.glob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    ]
    broken = [
        f"{page.name}: {target}"
        for page, target in links
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
