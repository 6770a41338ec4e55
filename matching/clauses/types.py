"""What a query asks for, clause by clause, and what of a document can be quoted in answer."""

from dataclasses import dataclass
from enum import StrEnum

from matching.indicators.types import DemandVerdict


class ClauseKind(StrEnum):
    """What a clause speaks of."""

    GOAL = "goal"
    OBJECT = "object"
    PROCESS = "process"
    CONDITION = "condition"
    INDICATOR = "indicator"


class Field(StrEnum):
    """Where an extract was taken from."""

    TITLE = "title"
    BODY = "body"
    INDICATORS = "indicators"
    KEYWORDS = "keywords"


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that a query asks for.

    Attributes:
        text: `field[start:end]` verbatim, in characters.
        encoded: what to encode and compare of it: normalised, without stock phrases; never shown.
        demanded: stated as a demand: the title, what stands under a heading such as 预期目标, or what
            the sentence asks for. The rest describes.
    """

    text: str
    field: Field
    start: int
    end: int
    kind: ClauseKind
    demanded: bool
    encoded: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A part of a document that can be quoted: `field[start:end]` verbatim; `encoded` as of a clause."""

    text: str
    field: Field
    start: int
    end: int
    encoded: str


@dataclass(frozen=True, slots=True)
class ClauseAnswer:
    """Which sentence of a document shows a clause best.

    Attributes:
        nearest: the sentence most like the clause, whatever the verdict; None of an empty document.
        similarity: how surely the document shows the clause, 0..1.
        nearness: of that sentence to the clause, as `matching.clauses.evidence` measures it.
    """

    clause: Clause
    verdict: DemandVerdict
    nearest: Sentence | None
    similarity: float
    nearness: float

    @property
    def evidence(self) -> Sentence | None:
        """The sentence that shows the clause; None where nothing does."""
        return self.nearest if self.verdict is DemandVerdict.MET else None
