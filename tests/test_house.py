"""The architecture holds: floors, sizes, names, light imports, nothing dangerous, nobody's machine."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import rag

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "records": 0,
    "errors": 0,
    "protocols": 1,
    "settings": 1,
    "text": 2,
    "phrases": 2,
    "model_server": 2,
    "loading": 3,
    "chunking": 3,
    "embedding": 3,
    "index": 3,
    "expansion": 3,
    "fusion": 3,
    "reranking": 3,
    "translation": 3,
    "generation": 3,
    "citing": 3,
    "facts": 3,
    "ingest": 4,
    "rebuilding": 4,
    "filtering": 4,
    "subjects": 4,
    "retrieval": 4,
    "drafting": 4,
    "answering": 4,
    "followup": 4,
    "translating": 4,
    "comparing": 4,
    "wiring": 5,
    "assistant": 5,
    "evaluation": 6,
    "cli": 6,
    "training": 6,
    "__init__": 6,
    "__main__": 6,
}
# Sideways or within a floor, on purpose: (who, whom).
ALLOWED = {
    ("settings", "protocols"),
    ("phrases", "text"),
    ("retrieval", "subjects"),
    ("comparing", "retrieval"),
    ("comparing", "answering"),
    ("answering", "retrieval"),
    ("answering", "drafting"),
    ("answering", "followup"),
    ("rebuilding", "ingest"),
    ("assistant", "wiring"),
    ("cli", "evaluation"),
    ("training", "evaluation"),
    ("__main__", "cli"),
}
WRAPPERS = {
    "faiss": {"rag/index/vectors.py", "rag/index/words.py"},
    "sentence_transformers": {"rag/embedding/transformer.py", "rag/reranking.py"},
    "transformers": {"rag/translation/seq2seq.py"},
    "torch": {"rag/training/"},
    "pypdf": {"rag/loading/"},
    "pypdfium2": {"rag/loading/", "ui/"},
    "docx": {"rag/loading/"},
    "trafilatura": {"rag/loading/"},
    "gradio": {"ui/"},
    "langdetect": {"rag/text/language.py"},
    "typer": {"rag/cli/", "ui/__main__.py"},
    "rich": {"rag/cli/"},
    "httpx": {"rag/model_server/exchange.py"},
    "fastapi": {"ui/"},
}
HEAVY = ("torch", "gradio", "faiss", "sentence_transformers", "transformers", "httpx")
LAZY_IMPORTS = (
    "rag/assistant.py",
    "rag/wiring.py",
    "rag/loading/__init__.py",
    "rag/embedding/__init__.py",
    "rag/translation/__init__.py",
    "rag/cli/",
    "ui/__main__.py",
)
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "base", "manager"}
PUBLIC = {
    "Assistant": (
        *("add", "remove", "sync", "rebuild", "documents", "page", "search", "ask", "stream", "verify"),
        *("generation", "embedder_name", "is_new", "close"),
    ),
    "Settings": (),
    "read_settings": (),
    "RagError": ("exit_code",),
    **dict.fromkeys(("Answer", "Chunk", "Citation", "DocumentInfo", "Failure", "Health", "IngestReport"), ()),
    **dict.fromkeys(("Note", "Page", "Passage", "Progress", "Statement"), ()),
    **dict.fromkeys(("Account", "Considered", "Short"), ()),
}
LONGEST_FILE, LONGEST_FUNCTION, MOST_PARAMETERS = 300, 50, 6
DANGEROUS = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"}
TRUSTING = re.compile(r"trust_remote_code\s*=\s*True|weights_only\s*=\s*False|allow_pickle\s*=\s*True")
# Written apart, so that this file does not hold what it forbids.
MACHINE_PATHS = re.compile("|".join(("/" + "work/", "/" + "root/", "/" + "home/[a-z]+/", r"C:\\" + "Users")))


def tracked(*suffixes: str) -> list[Path]:
    """Files in version control or about to be; the folder's files where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    names = (
        run.stdout.splitlines() if run.returncode == 0 else [str(p.relative_to(ROOT)) for p in ROOT.rglob("*.py")]
    )
    found = [ROOT / name for name in names if name.endswith(suffixes)]
    return sorted(path for path in found if path.is_file())


def sources() -> list[Path]:
    return [path for path in tracked(".py") if path.relative_to(ROOT).parts[0] in ("rag", "ui")]


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def called(path: Path) -> set[str]:
    """The plain names a file calls as functions."""
    calls = [node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    return {each.id for each in calls if isinstance(each, ast.Name)}


def imports(path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Every module a file imports, `from a import b` as `a.b`, wherever in the file it stands."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((each.name, node) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{'.' * node.level}{node.module or ''}.{each.name}", node) for each in node.names)


def part_of(path: Path) -> str:
    return path.relative_to(ROOT / "rag").with_suffix("").parts[0]


def in_rag() -> list[Path]:
    return [path for path in sources() if short(path).startswith("rag/")]


def in_ui() -> list[Path]:
    return [path for path in sources() if short(path).startswith("ui/")]


def goes_down(part: str, module: str) -> bool:
    """Whether a file of `part` may import `module`, a name that begins with `rag`."""
    other = [*module.split("."), "__init__"][1]
    if other not in FLOORS:
        return part in ("__init__", "__main__")  # inner files import the parts, never the package itself
    return "__init__" in (part, other) or other == part or (part, other) in ALLOWED or FLOORS[other] < FLOORS[part]


def test_every_part_stands_on_a_floor() -> None:
    assert {part_of(path) for path in in_rag()} - set(FLOORS) == set()


def test_imports_go_down() -> None:
    wrong = [
        f"{short(path)}: {name}"
        for path in in_rag()
        for name, _ in imports(path)
        if name.startswith(".") or (name.split(".")[0] == "rag" and not goes_down(part_of(path), name))
    ]
    assert not wrong, "\n".join(wrong)


def test_rag_does_not_import_the_page_but_for_the_command_that_opens_it() -> None:
    found = {(short(path), name) for path in in_rag() for name, _ in imports(path) if name.split(".")[0] == "ui"}
    assert found == {("rag/cli/chat.py", "ui.__main__.serve")}


def test_the_page_knows_the_public_face_alone() -> None:
    inner = [
        f"{short(path)}: {name}"
        for path in in_ui()
        for name, node in imports(path)
        if name.split(".")[0] == "rag" and not (isinstance(node, ast.ImportFrom) and node.module == "rag")
    ]
    assert inner == []


def test_a_heavy_library_is_imported_by_the_files_that_wrap_it() -> None:
    wrong = []
    for path in sources():
        found = {name.split(".")[0] for name, _ in imports(path)} & set(WRAPPERS)
        if short(path).startswith("rag/training/"):
            found -= {"sentence_transformers", "transformers"}  # training makes such a model
        wrong += [
            f"{short(path)}: {name}" for name in sorted(found) if not short(path).startswith(tuple(WRAPPERS[name]))
        ]
    assert not wrong, "\n".join(wrong)


def test_a_file_can_be_read_in_one_sitting() -> None:
    lengths = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_file_has_a_name_that_says_nothing() -> None:
    named = [
        short(path)
        for path in tracked(".py")
        if FORBIDDEN_NAMES & set(path.relative_to(ROOT).with_suffix("").parts)
    ]
    assert named == []


def test_there_is_no_init_in_tests() -> None:
    assert [short(path) for path in tracked("__init__.py") if path.relative_to(ROOT).parts[0] == "tests"] == []


def test_imports_inside_functions_are_where_the_wiring_is() -> None:
    wrong = []
    for path in sources():
        if short(path).startswith(LAZY_IMPORTS):
            continue
        functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)]
        inside = [node for function in functions for node in ast.walk(function)]
        found = [node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom)]
        wrong += [f"{short(path)}:{line}" for line in found]
    assert not wrong, "\n".join(wrong)


def test_nothing_from_a_file_or_a_hub_can_run_as_code() -> None:
    wrong = []
    for path in sources():
        found = {name.split(".")[0] for name, _ in imports(path)} & DANGEROUS
        found |= {name for name in called(path) if name in ("eval", "exec")}
        found |= set(TRUSTING.findall(path.read_text(encoding="utf-8")))
        wrong += [f"{short(path)}: {name}" for name in sorted(found)]
    assert not wrong, "\n".join(wrong)


def test_functions_are_short_and_take_few_parameters() -> None:
    wrong = []
    for path in sources():
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.FunctionDef):
                continue
            own = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            # An option of a command line is no parameter that a caller must know.
            options = [each for each in own if each.annotation and "typer.Option" in ast.unparse(each.annotation)]
            count = len([each for each in own if each not in options and each.arg not in ("self", "cls")])
            lines = (node.end_lineno or 0) - node.lineno + 1
            if count > MOST_PARAMETERS or lines > LONGEST_FUNCTION:
                wrong.append(f"{short(path)}: {node.name} has {lines} lines and {count} parameters")
    assert not wrong, "\n".join(wrong)


def test_only_the_command_line_prints() -> None:
    printing = ("rag/cli/", "rag/training/", "ui/__main__.py")
    assert [
        short(path) for path in sources() if "print" in called(path) and not short(path).startswith(printing)
    ] == []


def test_no_tracked_file_names_a_path_of_somebodys_machine() -> None:
    texts = tracked(".py", ".md", ".toml", ".yml", ".yaml", ".cfg", ".txt", ".json", ".lock", "Makefile", "run")
    found = []
    for path in texts:
        match = MACHINE_PATHS.search(path.read_text(encoding="utf-8", errors="replace"))
        if match:
            found.append(f"{short(path)}: {match[0]}")
    assert found == []


def test_every_data_file_goes_into_the_package() -> None:
    """A wheel has what the checkout has: scorers, phrases, the model, the page's style."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]
    packed = {path for package in patterns for each in patterns[package] for path in (ROOT / package).glob(each)}
    data = [path for path in tracked("") if path.relative_to(ROOT).parts[0] in patterns and path.suffix != ".py"]
    lacking = [short(path) for path in data if path not in packed]
    assert not lacking, "\n".join(lacking)


def test_importing_rag_loads_nothing_heavy() -> None:
    script = f"import rag, sys; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_public_face_has_the_promised_names() -> None:
    lacking = [name for name in PUBLIC if not hasattr(rag, name)]
    lacking += [
        f"{name}.{member}"
        for name, members in PUBLIC.items()
        for member in members
        if hasattr(rag, name) and not hasattr(getattr(rag, name), member)
    ]
    assert not lacking, "\n".join(lacking)


def test_every_part_has_its_tests() -> None:
    """`rag/fusion.py` -> `tests/rag/test_fusion.py`; `rag/text/` -> `tests/rag/text/test_*.py`."""
    tests = ROOT / "tests" / "rag"
    parts = {part_of(path) for path in in_rag()} - {"__init__", "__main__", "records", "errors", "protocols"}
    lacking = [
        part
        for part in sorted(parts)
        if not (tests / f"test_{part}.py").exists() and not [*(tests / part).glob("test_*.py")]
    ]
    assert not lacking, "\n".join(lacking)
