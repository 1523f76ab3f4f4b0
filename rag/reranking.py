"""CrossEncoderReranker: any sentence-transformers cross-encoder, used if the settings name one."""

from collections.abc import Sequence

from sentence_transformers import CrossEncoder

from rag.errors import ModelUnavailable


class CrossEncoderReranker:
    """Reads question and text together; slower than vectors and finer."""

    def __init__(self, name: str, *, device: str = "cpu") -> None:
        """Load the model; ModelUnavailable if there is none of that name here."""
        try:
            self._model = CrossEncoder(name, device=device, trust_remote_code=False)
        except (OSError, ValueError) as error:
            what = f"The reranker {name!r} cannot be loaded: {error}."
            raise ModelUnavailable(
                what, "Give a folder or a name that is on this machine, or leave it empty."
            ) from error

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question, in the given order; higher is better."""
        if not texts:
            return []
        scores = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return [float(score) for score in scores]
