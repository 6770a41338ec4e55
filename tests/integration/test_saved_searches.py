"""What is new of kept searches is found without encoding anything."""

import pytest

from app.achievements.schemas import AchievementIn
from app.core.caller import OPERATOR, Caller, Role
from app.core.database import Overtaken
from app.core.errors import ModelMissing
from app.core.settings import Settings
from app.kinds.visibility import RecordFilter
from app.models import Account, RecordKind, SavedSearch
from app.saved_searches.schemas import SavedSearchIn
from app.saved_searches.service import Look
from app.search.repository import SearchRepository
from app.services import Services, build_services
from tests.asking import Asking, new_record, written

TEXT = "降低化工废水的COD。现有生化处理跟不上，COD要降到50 mg/L以下。"


def liaison(services: Services) -> Caller:
    with services.database.write() as session:
        account = Account(email="liaison@example.cn", name="甲", role=Role.LIAISON.value)
        session.add(account)
        session.flush()
    return Caller(Role.LIAISON, account_id=account.id, name=account.email)


def kept(services: Services, caller: Caller) -> str:
    with services.database.read() as session:
        made = services.saved_searches.prepare_create(session, SavedSearchIn(text=TEXT), caller)
    return written(services.database, services.saved_searches.create, made, caller).id


def look(services: Services, id: str, caller: Caller) -> Look:
    with services.database.read() as session:
        return services.saved_searches.prepare_look(session, id, caller)


def test_a_digest_needs_no_model(seeded_services: Services, seeded_settings: Settings) -> None:
    services = seeded_services
    caller = liaison(services)
    kept(services, caller)
    body = AchievementIn(title="化工废水臭氧催化深度脱除COD", summary="生化处理跟不上时把COD降到50 mg/L以下（示例）。")
    record = new_record(services, RecordKind.ACHIEVEMENTS, body.model_dump(), OPERATOR)
    ranking = Asking(services).rank(TEXT, RecordKind.ACHIEVEMENTS, caller, RecordFilter())
    match = next(match for match in ranking.matches if match.id == record.id)

    without = build_services(seeded_settings.model_copy(update={"model": "/nowhere"}))
    with without.database.write() as session:
        model = SearchRepository(session).active_model()
        assert model is not None
        model.source = "/nowhere"
    without.gateway.open()
    with without.database.read() as session:
        (told,) = without.saved_searches.digest(session, caller)
    with pytest.raises(ModelMissing):  # waits until it has been looked for
        without.gateway.encoder  # noqa: B018
    assert without.gateway.encoder_state() == "missing"
    assert [each.id for each in told.results] == [record.id]
    # By meaning too, not by words alone: the same probability as a whole search gives.
    assert told.results[0].probability == round(sum(match.grade_probabilities[match.grade - 1 :]), 4)
    without.gateway.close()
    without.database.close()


def test_vectors_of_what_older_versions_encoded_are_made_again(seeded_services: Services) -> None:
    services = seeded_services
    caller = liaison(services)
    id = kept(services, caller)
    with services.database.write() as session:
        saved = session.get_one(SavedSearch, id)
        right = saved.vectors
        assert right is not None
        saved.model_id, saved.vectors = services.gateway.index.model_id, right[::-1]
    written(services.database, services.saved_searches.mark_seen, id, look(services, id, caller), caller)
    with services.database.read() as session:
        assert session.get_one(SavedSearch, id).vectors == right


def test_an_older_look_does_not_take_the_place_of_a_newer_one(seeded_services: Services) -> None:
    services = seeded_services
    caller = liaison(services)
    id = kept(services, caller)
    first, second = look(services, id, caller), look(services, id, caller)
    written(services.database, services.saved_searches.mark_seen, id, second, caller)
    with pytest.raises(Overtaken):
        written(services.database, services.saved_searches.mark_seen, id, first, caller)
