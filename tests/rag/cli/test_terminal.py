import io
import subprocess
import sys

from rag.cli.terminal import Terminal, shown
from rag.records import Progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_shown_text_keeps_lines_and_loses_control_characters() -> None:
    assert shown("a\nb\tc\x1b[31m\x07\x9b\r\x7f\u202e é 合 \u2068ا\u2069") == "a\nb\tc[31m é 合 \u2068ا\u2069"


def test_progress_on_a_terminal_is_a_bar_and_never_on_standard_output() -> None:
    out, err = io.StringIO(), Screen()
    terminal = Terminal(out, err, json=False, quiet=False)
    with terminal.progress() as listener:
        listener(Progress("embed", 1, 4, "a.md"))
        listener(Progress("embed", 4, 4, "[red]合同[/red]"))
    assert out.getvalue() == ""
    assert "embed" in err.getvalue()
    assert "[red]合同[/red]" in err.getvalue()


def test_progress_in_a_log_is_a_line_now_and_then(monkeypatch) -> None:
    now = iter([0.0, 1.0, 20.0, 20.0, 21.0])
    monkeypatch.setattr("rag.cli.terminal.time.monotonic", lambda: next(now))
    err = io.StringIO()
    with Terminal(io.StringIO(), err, json=False, quiet=False).progress() as listener:
        listener(Progress("load", 1, 9, "a.md"))
        listener(Progress("load", 2, 9, "b.md"))
        listener(Progress("load", 3, 9, "c.md"))
    assert err.getvalue() == "load 2/9 b.md\n"


def test_quiet_has_neither_progress_nor_messages_but_errors() -> None:
    err = Screen()
    terminal = Terminal(io.StringIO(), err, json=False, quiet=True)
    with terminal.progress() as listener:
        listener(Progress("load", 1, 9, "a.md"))
    terminal.message("all is well")
    terminal.error("it broke")
    assert err.getvalue() == "dealglot: it broke\n"


def test_with_json_the_prints_of_libraries_and_children_go_to_standard_error() -> None:
    script = (
        "import os, subprocess, sys\n"
        "from rag.cli.terminal import Terminal\n"
        "with Terminal.opened(json=True, quiet=False) as terminal:\n"
        "    print('library')\n"
        "    os.write(1, b'native\\n')\n"
        "    subprocess.run([sys.executable, '-c', 'print(\"child\")'])\n"
        "    terminal.result({'a': 'é'}, lambda: None)\n"
        "print('after')\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert run.stdout == '{"a": "é"}\nafter\n'
    assert sorted(run.stderr.split()) == ["child", "library", "native"]
