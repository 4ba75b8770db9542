"""What can go wrong, and what to do next.

BackissueError                  every error a user can act on; its message names the remedy
    UsageError                  the request makes no sense as given
        UnknownArticleError     no article has that id or URL
    ArchiveError                something about the archive folder
        ArchiveNotFoundError    there is no archive there
        ArchiveBusyError        another process holds the writer's lock
        ArchiveDamagedError     the catalog itself cannot be read
        EmbedderMismatchError   the archive was embedded with another model
        SchemaError             the archive was written by a newer Backissue
    EmbedderError               the embedding model is missing, altered, or its endpoint failed
    RerankerError               the reranking model is missing, or failed
    LanguageModelError          the language model's endpoint failed; ``partial`` had arrived
        PromptTooLongError      the model can't read so much at once; ``context_tokens`` it can, if it said so
"""

from __future__ import annotations


class BackissueError(Exception):
    """An error whose message a user can act on, in one sentence with the remedy."""


class UsageError(BackissueError):
    """The request makes no sense as given."""


class UnknownArticleError(UsageError):
    """No article has that id or URL."""


class ArchiveError(BackissueError):
    """Something about the archive folder."""


class ArchiveNotFoundError(ArchiveError):
    """There is no archive at that place."""


class ArchiveBusyError(ArchiveError):
    """Another process holds the writer's lock."""


class ArchiveDamagedError(ArchiveError):
    """The catalog itself cannot be read."""


class EmbedderMismatchError(ArchiveError):
    """The archive was embedded with another model."""


class SchemaError(ArchiveError):
    """The archive was written by a newer Backissue."""


class EmbedderError(BackissueError):
    """The embedding model is missing, altered, or its endpoint failed."""


class RerankerError(BackissueError):
    """The reranking model is missing, or failed."""


class LanguageModelError(BackissueError):
    """The language model's endpoint failed. ``partial`` is the text that had arrived."""

    def __init__(self, message: str, partial: str = "") -> None:
        super().__init__(message)
        self.partial = partial


class PromptTooLongError(LanguageModelError):
    """The model can't read so much at once. ``context_tokens`` is what it can, None if the endpoint didn't say."""

    def __init__(self, message: str, context_tokens: int | None = None) -> None:
        super().__init__(message)
        self.context_tokens = context_tokens
