"""A sentence that has nothing to do with the question is known as such."""

from collections.abc import Sequence

import pytest

from rag.embedding import load_embedder, load_word_embedder
from rag.generation.candidates import find_candidates
from rag.generation.features import Looker
from rag.generation.relevance import Relevance
from rag.generation.scoring import load_scorer
from rag.records import Chunk, DocumentInfo, Passage, Support
from rag.settings import EmbeddingSettings

CONTRACT = (
    "The Seller is Meridian GmbH of Leipzig. The purchase price for the shares is EUR 186,400,000. "
    "The Buyer pays the price at Closing."
)
CANTEEN = "The canteen serves lunch from noon. The access code of the vault is KOLIBRI-7731."


PRICE = "What is the purchase price?"


class CountingLooker(Looker):
    """Counts how often the passages are looked at with the question, not with one of their own sentences."""

    looks = 0

    def look(self, question, *about):
        self.looks += question == PRICE
        return super().look(question, *about)


@pytest.fixture(scope="module")
def looker() -> CountingLooker:
    embedder = load_embedder(EmbeddingSettings())
    return CountingLooker(embedder, load_word_embedder(embedder))


def passage(text: str, name: str) -> Passage:
    info = DocumentInfo(name, f"{name}.txt", name, "en", paged=False)
    return Passage(info, (Chunk(f"{name}#0", name, 0, 1, 0, len(text), text, None, "en"),), 1.0)


PASSAGES = (passage(CONTRACT, "spa"), passage(CANTEEN, "canteen"))


def judged(question: str, language: str, looker: Looker) -> Relevance:
    return Relevance(question, language, PASSAGES, looker=looker, scorer=load_scorer())


def places(*starts: str, among: Sequence[Passage] = PASSAGES) -> Sequence[Support]:
    every = find_candidates(among)
    return [next(each.support for each in every if each.text.startswith(start)) for start in starts]


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What is the purchase price?", "en"),
        ("Wie hoch ist der Kaufpreis?", "de"),
        ("Qual é o preço de compra?", "pt"),
    ],
)
def test_a_canary_has_nothing_to_do_with_a_price(question: str, language: str, looker: Looker) -> None:
    relevance = judged(question, language, looker)
    assert relevance.has(places("The purchase price"))
    assert not relevance.has(places("The access code"))


def test_every_sentence_of_a_proof_must_have_to_do_with_the_question(looker: Looker) -> None:
    relevance = judged("What is the purchase price?", "en", looker)
    assert relevance.has(places("The purchase price", "The Buyer pays"))
    assert not relevance.has(places("The purchase price", "The access code"))


def test_a_word_of_the_question_is_enough_in_a_question_about_many_things(looker: Looker) -> None:
    question = (
        "What do they say about the seller, the closing, the bank, the auditor, the staff, the rent, the code?"
    )
    assert judged(question, "en", looker).has(places("The Seller"))


def test_a_sentence_counts_with_the_one_before_it(looker: Looker) -> None:
    price, paid = places("The purchase price", "The Buyer pays")
    both = Support(paid.document_id, paid.chunk_id, paid.page, price.start, paid.end)
    assert judged("What is the purchase price?", "en", looker).has([both])


def test_a_place_without_a_sentence_has_nothing_to_do_with_any_question(looker: Looker) -> None:
    relevance = judged("What is the purchase price?", "en", looker)
    assert not relevance.has([Support("spa", "spa#0", 1, 0, 3)])
    nothing = Relevance("What is the price?", "en", (), looker=looker, scorer=load_scorer())
    assert not nothing.has(places("The purchase price"))


@pytest.mark.parametrize(
    "secret",
    [
        "The access code of the vault is KOLIBRI-7731.",
        "Le mot de passe du serveur est OTARIE-917.",
        "The spare key is taped under the third drawer.",
        "保险库的访问代码是KOLIBRI-7731。",
        "رمز الوصول إلى الخزنة هو KOLIBRI-7731.",
    ],
)
def test_a_secret_gains_nothing_from_the_relevant_sentences_around_it(secret: str, looker: Looker) -> None:
    before, price, after = CONTRACT.split(". ")
    among = (passage(f"{before}. {price}. {secret} {after}", "spa"), PASSAGES[1])
    relevance = Relevance(PRICE, "en", among, looker=looker, scorer=load_scorer())
    assert relevance.has(places("The purchase price", among=among))
    assert not relevance.has(places(secret[:9], among=among))


def test_who_asks_for_a_code_is_told_it(looker: Looker) -> None:
    assert judged("What is the access code of the vault?", "en", looker).has(places("The access code"))


def test_passages_are_looked_at_once_and_only_when_something_is_proven(looker: CountingLooker) -> None:
    before = looker.looks
    relevance = judged(PRICE, "en", looker)
    assert relevance.has([])
    assert looker.looks == before
    for _ in range(3):
        relevance.has(places("The purchase price"))
    assert looker.looks == before + 1
