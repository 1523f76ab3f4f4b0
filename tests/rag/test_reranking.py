from pathlib import Path

import pytest

from rag import ModelUnavailable

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny cross-encoder with random weights, made here."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("cross-encoder")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "who", "signed", "the", "seller", "price"]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_each_text_has_one_score_in_the_given_order(folder: Path) -> None:
    from rag.reranking import CrossEncoderReranker

    reranker = CrossEncoderReranker(str(folder))
    texts = ["the seller signed", "the price", "who"]
    scores = reranker.score("who signed", texts)
    assert len(scores) == 3
    assert reranker.score("who signed", texts[::-1]) == pytest.approx(scores[::-1], abs=1e-5)
    assert reranker.score("who signed", []) == []


def test_a_model_that_is_not_here_is_named(tmp_path: Path) -> None:
    from rag.reranking import CrossEncoderReranker

    with pytest.raises(ModelUnavailable, match="nothing-here"):
        CrossEncoderReranker(str(tmp_path / "nothing-here"))
