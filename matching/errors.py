"""Errors of the matching engine.

    MatchingError
    ├── ModelUnavailable      the embedding model's folder is missing or unreadable
    ├── ModelFormatError      a weight container does not have the expected layout
    ├── DimensionMismatch     vectors of another width, so of another model
    ├── IndexDamaged          a snapshot fails its checksum or cannot be read
    ├── UnknownFacet          a filter names a facet that no document declares
    ├── WeightsError          a weight file is missing a part or has an unknown version
    └── QrelsError            a relevance file cannot be read; carries the line number

None of them knows HTTP. The application turns them into answers.
"""


class MatchingError(Exception):
    """Base of everything that `matching` raises on purpose."""


class ModelUnavailable(MatchingError):
    """The embedding model cannot be loaded."""


class ModelFormatError(MatchingError):
    """A weight container does not have the expected layout."""


class DimensionMismatch(MatchingError):
    """Vectors have another width than the index."""


class IndexDamaged(MatchingError):
    """A snapshot on disk fails its checksum or cannot be read."""


class UnknownFacet(MatchingError):
    """A filter names a facet that the index was not told of."""


class WeightsError(MatchingError):
    """A ranking weight file cannot be used."""


class QrelsError(MatchingError):
    """A relevance file cannot be read."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.line = line
