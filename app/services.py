"""The parts of a running application, put together once."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from app.achievements.schemas import AchievementOut
from app.core.database import Database
from app.core.security import Caller
from app.core.settings import Settings
from app.judgements.service import JudgementService
from app.learning.service import LearningService
from app.matches.gateway import Gateway
from app.matches.service import MatchService
from app.models import RecordKind
from app.needs.schemas import NeedOut
from app.records.kinds import KINDS, Record
from app.records.schemas import RecordOut
from app.records.service import RecordService

OUTPUTS: dict[RecordKind, type[RecordOut]] = {
    RecordKind.ACHIEVEMENTS: AchievementOut,
    RecordKind.NEEDS: NeedOut,
}


@dataclass(frozen=True, slots=True)
class Services:
    """What routes and commands call."""

    settings: Settings
    database: Database
    gateway: Gateway
    records: dict[RecordKind, RecordService]
    matches: MatchService
    judgements: JudgementService
    learning: LearningService


def build_services(settings: Settings) -> Services:
    """Put the parts together; nothing is opened yet."""
    database = Database(settings.url)
    gateway = Gateway(settings, database)
    records = {name: RecordService(database, gateway, kind) for name, kind in KINDS.items()}
    matches = MatchService(database, gateway, {name: _view(output) for name, output in OUTPUTS.items()})
    judgements = JudgementService(database, records)
    learning = LearningService(database, gateway)
    return Services(settings, database, gateway, records, matches, judgements, learning)


def _view(output: type[RecordOut]) -> Any:
    def view(record: Record, caller: Caller) -> dict[str, Any]:
        return output.of(record, caller).model_dump(mode="json")

    return view


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesOf = Annotated[Services, Depends(_services)]
