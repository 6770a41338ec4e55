"""Tables, a file an entity. Importing this package registers all of them."""

from app.models.achievement import Achievement, AchievementVisibility, Origin
from app.models.base import Base
from app.models.idempotency import IdempotentRequest
from app.models.judgement import Judgement, ReasonCode
from app.models.need import Condition, Need, NeedClass, NeedVisibility
from app.models.organisation import Organisation, OrganisationKind
from app.models.record import RecordKind, SearchableRecord, Status
from app.models.search import Change, EmbeddingModel, LexicalTerms, PieceVectors, Tag, Vector

__all__ = [
    "Achievement",
    "AchievementVisibility",
    "Base",
    "Change",
    "Condition",
    "EmbeddingModel",
    "IdempotentRequest",
    "Judgement",
    "LexicalTerms",
    "Need",
    "NeedClass",
    "NeedVisibility",
    "Organisation",
    "OrganisationKind",
    "Origin",
    "PieceVectors",
    "ReasonCode",
    "RecordKind",
    "SearchableRecord",
    "Status",
    "Tag",
    "Vector",
]
