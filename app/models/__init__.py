"""Tables, a file an entity. Importing this package registers all of them."""

from app.models.achievement import Achievement, AchievementVisibility, Origin
from app.models.base import Base
from app.models.idempotency import IdempotentRequest
from app.models.need import Need, NeedClass, NeedVisibility
from app.models.organisation import Organisation, OrganisationKind
from app.models.record import RecordKind, SearchableRecord, Status
from app.models.search import Change, EmbeddingModel, LexicalTerms, Tag, Vector

__all__ = [
    "Achievement",
    "AchievementVisibility",
    "Base",
    "Change",
    "EmbeddingModel",
    "IdempotentRequest",
    "LexicalTerms",
    "Need",
    "NeedClass",
    "NeedVisibility",
    "Organisation",
    "OrganisationKind",
    "Origin",
    "RecordKind",
    "SearchableRecord",
    "Status",
    "Tag",
    "Vector",
]
