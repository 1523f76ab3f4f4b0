import numpy as np
import pytest
from fakes import FakeEmbedder

from rag.generation.accounts import PARTS, account_of, concluded, no_account
from rag.generation.candidates import find_candidates
from rag.generation.features import Looker
from rag.generation.scoring import load_scorer
from rag.phrases import LANGUAGES
from rag.records import Account, Chunk, DocumentInfo, Passage

TEXT = "The price is EUR 6,000,000. The seller is Tarrasol. Nothing else is said here."
DOCUMENT = DocumentInfo("t", "terms.docx", "Terms", "en", paged=False)
PASSAGES = [Passage(DOCUMENT, (Chunk("c", "t", 0, 1, 0, len(TEXT), TEXT, None, "en"),), 1.0)]


def account() -> tuple[Account, np.ndarray]:
    embedder = FakeEmbedder()
    scene = Looker(embedder, embedder).look("What is the price?", "en", find_candidates(PASSAGES))
    scorer = load_scorer()
    scores = scorer.rank(scene)
    return account_of(scene, scores, [int(scores.argmax())], ranking=scorer.ranking, passages=PASSAGES), scores


def test_the_sentences_stand_by_score_with_document_and_page() -> None:
    found, scores = account()
    assert [each.score for each in found.candidates] == sorted((round(float(s), 3) for s in scores), reverse=True)
    assert {(each.document, each.page) for each in found.candidates} == {("terms.docx", None)}
    assert [each.chosen for each in found.candidates] == [True, False, False]
    assert (found.type, found.language) == ("how_much", "en")


def test_the_parts_add_up_to_the_score_but_for_what_all_have() -> None:
    found, _ = account()
    rest = {round(each.score - sum(value for _, value in each.parts), 2) for each in found.candidates}
    assert max(rest) - min(rest) < 0.02
    assert all([name for name, _ in each.parts] == list(PARTS) for each in found.candidates)


def test_under_the_floor_no_sentence_is_chosen() -> None:
    found, _ = account()
    unsure = concluded(found, "de", 0.41, 0.6)
    assert (
        unsure.why
        == "Der am besten passende Satz antwortet nicht sicher genug: Sicherheit 41\xa0%, nötig 60\xa0%."
    )
    assert not any(each.chosen for each in unsure.candidates)
    sure = concluded(found, "en", 0.75, 0.6)
    assert sure.why == "The surest sentence was chosen: sureness 75%, needed 60%."
    assert (sure.sureness, sure.floor, sure.candidates[0].chosen) == (0.75, 0.6, True)


def test_a_sureness_just_under_the_floor_does_not_read_like_it() -> None:
    found, _ = account()
    assert "59%" in concluded(found, "en", 0.5996, 0.6).why
    assert "57%" in concluded(found, "en", 0.57, 0.6).why


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_is_said_in_every_language(language: str) -> None:
    found, _ = account()
    said = {
        concluded(found, language, 0.75, 0.6).why,
        concluded(found, language, 0.41, 0.6).why,
        no_account("?", language, 0.6).why,
    }
    assert len(said) == 3


def test_without_a_sentence_there_is_no_sureness() -> None:
    assert no_account("?", "en", 0.6).sureness is None
