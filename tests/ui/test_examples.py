from pathlib import Path

import pytest

from rag import Assistant, read_settings
from ui.examples import EXAMPLES, fitting_examples
from ui.wording import LANGUAGES

CORPUS = Path(__file__).parents[2] / "corpus"
NAMES = {example.document for example in EXAMPLES}


def test_every_language_of_the_page_has_an_example() -> None:
    assert {example.language for example in EXAMPLES} == set(LANGUAGES)


def test_every_example_is_about_a_document_of_the_sample_corpus() -> None:
    assert [name for name in NAMES if not (CORPUS / name).is_file()] == []


def test_the_pages_language_comes_first_and_others_follow() -> None:
    languages = [example.language for example in fitting_examples(NAMES, "pt")]
    assert languages[:2] == ["pt", "pt"]
    assert len(languages) == len(set(languages)) + 1 == 6


def test_an_example_without_its_document_is_not_offered() -> None:
    assert fitting_examples(set(), "de") == []
    only = fitting_examples({"press/suryansh-urja-bhandaran-pune.html"}, "de")
    assert [example.language for example in only] == ["en"]


@pytest.mark.slow
def test_every_example_is_answered_from_its_document(tmp_path: Path) -> None:
    with Assistant(read_settings(corpus=CORPUS, index=tmp_path / "index")) as assistant:
        assistant.sync()
        wrong = []
        for example in EXAMPLES:
            citations = assistant.ask(example.question).citations
            if not citations or citations[0].document.name != example.document:
                wrong.append(f"{example.language}: {example.question}")
    assert wrong == []
