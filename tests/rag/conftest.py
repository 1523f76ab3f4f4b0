"""An Assistant on fakes: the real chain, without weights."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import FakeEmbedder, FakeGenerator

from rag import Assistant, Settings, read_settings

ARTICLE = """A aliança da Nortada

A Nortada assinou um acordo com a Meridian para fabricar servidores no Porto.
O preço combinado é de 12,5 milhões de euros.

Os prazos

As primeiras entregas estão previstas para 3 de março de 2026.
"""
CONTRACT = """# Supply contract

The seller is Meridian Ltd. and the buyer is Kappa GmbH.

## Price

The price is EUR 4,200,000, payable within 30 days.
"""


class AssistantOnFakes(Assistant):
    """The real wiring with fakes in place of what holds weights."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        embedder = FakeEmbedder()
        self.parts.__dict__.update(embedder=embedder, words=embedder, generator=FakeGenerator())


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with two documents outside the corpus."""
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "artigo.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "contract.md").write_text(CONTRACT, encoding="utf-8")
    return folder


@pytest.fixture
def make_assistant(tmp_path: Path) -> Iterator[Callable[..., Assistant]]:
    made: list[Assistant] = []

    def make(**options: object) -> Assistant:
        settings = read_settings(
            corpus=tmp_path / "corpus", index=tmp_path / "index", environment={}, options=options
        )
        made.append(AssistantOnFakes(settings))
        return made[-1]

    yield make
    for assistant in made:
        assistant.close()


@pytest.fixture
def assistant(make_assistant: Callable[..., Assistant], files: Path) -> Assistant:
    """An Assistant that knows both documents."""
    assistant = make_assistant()
    assistant.add([files])
    return assistant
