"""What can go wrong: every error says what happened, to what, and what to do about it."""

from typing import Final

# The closed list of reasons for which one file can fail; the interface promises no others.
REASONS: Final = (
    "no-text",
    "encrypted",
    "corrupt",
    "too-large",
    "too-slow",
    "unsupported",
    "empty",
    "duplicate",
    "encoding-unsure",
)


class RagError(Exception):
    """Any failure that a person can understand and mend; `exit_code` is the command line's."""

    exit_code = 1

    def __init__(self, what: str, do: str = "") -> None:
        """`what` happened to what (one sentence); `do` says how to mend it (one sentence, may be empty)."""
        super().__init__(what)
        self.what = what
        self.do = do

    def __str__(self) -> str:
        return f"{self.what} {self.do}".strip()


class SettingsError(RagError):
    """A setting is unknown, of the wrong kind or out of range."""


class QuestionError(RagError):
    """A question cannot be asked as it stands (empty, too long, an unknown document or language)."""


class DocumentError(RagError):
    """One document cannot be taken in; `reason` is one of REASONS."""

    def __init__(self, reason: str, what: str, do: str = "") -> None:
        super().__init__(what, do)
        self.reason = reason

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        # Errors cross the border of the loader's child process.
        return (type(self), (self.reason, self.what, self.do))


class UnsupportedFormat(DocumentError):
    """No loader reads this kind of file."""


class UnreadableDocument(DocumentError):
    """The file is damaged, locked, too large or too slow to read, or its encoding is in doubt."""


class EmptyDocument(DocumentError):
    """The file has no text to index."""


class IndexFolderError(RagError):
    """Something is wrong with an index folder."""

    exit_code = 3


class IndexMissing(IndexFolderError):
    """There is no index where one is expected."""


class IndexMismatch(IndexFolderError):
    """The index was built with other settings than the present ones."""


class IndexDamaged(IndexFolderError):
    """The index's bytes or counts are not those that were written."""


class ModelUnavailable(RagError):
    """A model cannot be loaded or reached."""


class DependencyMissing(RagError):
    """An optional package is not installed."""
