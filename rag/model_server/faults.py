"""Why a model server gave no usable reply."""

from rag.errors import ModelUnavailable


class ServerFault(ModelUnavailable):
    """A server that gave no whole reply in time; `kind` says why, `status` is its HTTP status where it gave one.

    Kinds: `unreachable`, `slow`, `status`, `redirect`, `cut`, `garbled`, `large`, `empty`, `model`. What the
    server itself said is never part of the text: it may hold anything, the key included.
    """

    def __init__(self, kind: str, what: str, do: str = "", *, status: int = 0) -> None:
        super().__init__(what, do)
        self.kind = kind
        self.status = status
