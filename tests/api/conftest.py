"""One running application a module, and the calls that its tests have in common."""

import copy
import itertools
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import event

from app.accounts import passwords
from app.achievements.schemas import AchievementIn, AchievementOut
from app.core.caller import OPERATOR, Role
from app.core.security import ensure_key, key_digest
from app.core.settings import Settings
from app.models import Account, ApiKey, OrganisationKind, RecordKind
from app.needs.schemas import NeedIn, NeedOut
from app.organisations.repository import OrganisationRepository
from app.search.encoders import EncoderLoader
from app.services import Services
from tests.asking import new_record

TEXTS = {"achievements": "summary", "needs": "description"}
_CHINESE = range(0x4E00, 0xA000)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash passwords with next to no work: signing in is in most tests, and guessing in none."""
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: cheap)
        yield


@pytest.fixture(scope="module")
def seeded_settings(
    request: pytest.FixtureRequest, seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Settings of a copy of the seeded data directory, for one module.

    Without the work in the background, which matches every new record, unless the module is marked `worker`.
    """
    data = tmp_path_factory.mktemp("api") / "seeded"
    shutil.copytree(seeded_dir, data, symlinks=True)
    return Settings(data_dir=data, worker=request.node.get_closest_marker("worker") is not None)


@pytest.fixture(scope="module")
def client(
    seeded_settings: Settings,
    load: EncoderLoader,
    started: Callable[[Settings, EncoderLoader], AbstractContextManager[TestClient]],
) -> Iterator[TestClient]:
    """The running application over the seed data, as anybody calls it."""
    with started(seeded_settings, load) as opened:
        yield opened


@pytest.fixture(scope="module")
def operator(client: TestClient, seeded_settings: Settings) -> dict[str, str]:
    """Headers of the operator."""
    key, _ = ensure_key(seeded_settings.key_file)
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(scope="session")
def body() -> Callable[..., dict[str, Any]]:
    """Make the body of a record, with a title of its own."""
    numbers = itertools.count(1)

    def made(kind: str, **fields: Any) -> dict[str, Any]:
        text = "对浮选尾矿浆做絮凝浓密和压滤，回收清水，滤饼用作井下充填料（示例）。"
        return {"title": f"尾矿浆浓密压滤示例{next(numbers)}号", TEXTS[kind]: text, **fields}

    return made


@pytest.fixture
def queries(client: TestClient) -> Iterator[list[str]]:
    """Every statement that reads for an answer, as it is sent; what goes on beside answers is left out."""
    sent: list[str] = []
    engine = client.app.state.database.engine

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        beside = threading.current_thread().name.startswith(("upkeep", "notices", "worker"))
        if not beside and statement.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture(scope="module")
def create(client: TestClient, body: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Store a record as the operator; anybody sees it unless fields say otherwise.

    Through the service: a request would also ask what the need leaves open, which takes longest.
    """
    services: Services = client.app.state.services
    schemas = {"achievements": (AchievementIn, AchievementOut), "needs": (NeedIn, NeedOut)}

    def made(kind: str, **fields: Any) -> dict[str, Any]:
        given, shown = schemas[kind]
        checked = given.model_validate(body(kind, **{"visibility": "public", **fields}))
        record = new_record(services, RecordKind(kind), checked.model_dump(), OPERATOR)
        return shown.of(record, OPERATOR).model_dump(mode="json")

    return made


@pytest.fixture(scope="module")
def everything(client: TestClient) -> Callable[..., list[dict[str, Any]]]:
    """Read a whole list, page by page."""

    def read(kind: str, headers: dict[str, str] | None = None, **query: Any) -> list[dict[str, Any]]:
        items, cursor = [], None
        while True:
            page = {"limit": 100, **query} | ({"cursor": cursor} if cursor else {})
            answer = client.get(f"/api/v1/{kind}", params=page, headers=headers)
            assert answer.status_code == 200, answer.text
            assert set(answer.json()) == {"items", "next_cursor"}
            items += answer.json()["items"]
            cursor = answer.json()["next_cursor"]
            if cursor is None:
                return items

    return read


@pytest.fixture(scope="module")
def ended(client: TestClient) -> Callable[..., dict[str, Any]]:
    """Wait until an upload has ended and return it."""

    def waited(id: str, headers: dict[str, str]) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = client.get(f"/api/v1/imports/{id}", headers=headers).json()
            if found["status"] not in {"queued", "running"}:
                return found
            time.sleep(0.05)
        raise AssertionError(found)

    return waited


@pytest.fixture(scope="module")
def send(client: TestClient, ended: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Upload a file and return the upload when it has ended."""

    def sent(content: bytes, name: str, headers: dict[str, str], **fields: str) -> dict[str, Any]:
        fields = {"kind": "achievements", **fields}
        answer = client.post("/api/v1/imports", files={"file": (name, content)}, data=fields, headers=headers)
        assert answer.status_code == 202, answer.text
        assert set(answer.json()) == {"id", "status"}
        return ended(answer.json()["id"], headers)

    return sent


@pytest.fixture(scope="session")
def refused() -> Callable[..., dict[str, Any]]:
    """Check that an answer is a problem document with a Chinese explanation; return it."""

    def check(answer: httpx.Response, status: int, field: str | None = None) -> dict[str, Any]:
        assert answer.status_code == status, answer.text[:500]
        assert answer.headers["content-type"].split(";")[0] == "application/problem+json"
        problem = answer.json()
        assert {"type", "title", "status", "code", "detail"} <= set(problem)
        assert problem["status"] == status
        assert problem["type"].endswith(problem["code"])
        assert any(ord(character) in _CHINESE for character in problem["title"])
        assert any(ord(character) in _CHINESE for character in problem["detail"])
        if field is not None:
            errors = problem["errors"]
            assert field in {each["field"] for each in errors}, errors
            assert all(set(each) == {"field", "code", "message", "value"} for each in errors)
            assert all(any(ord(character) in _CHINESE for character in each["message"]) for each in errors)
        return problem

    return check


@pytest.fixture(scope="session")
def of_records() -> Callable[[dict[str, Any], str], dict[str, Any]]:
    """Return a search's answer without what it quotes of the caller's own text."""

    def told(answer: dict[str, Any], target: str) -> dict[str, Any]:
        rest = copy.deepcopy(answer)
        rest.pop("capture_task")
        rest.pop("combinations")
        for result in rest["results"]:
            for clause in result["explanation"]["clauses"]:
                # Needs ask and the text answers, or the text asks and achievements answer.
                for part in ("evidence", "nearest") if target == "needs" else ("text",):
                    del clause[part]
                for number in clause["indicators"]:
                    del number["offered" if target == "needs" else "asked"]
        return rest

    return told


@pytest.fixture(scope="module")
def account(client: TestClient) -> Callable[..., tuple[Account, dict[str, str]]]:
    """Make an account with an API key; return it and the headers of its requests."""
    database = client.app.state.database
    kinds = {Role.ENTERPRISE: "enterprise", Role.UNIVERSITY: "university"}
    numbers = itertools.count(1)

    def made(role: Role, organisation: str | None = None, **fields: Any) -> tuple[Account, dict[str, str]]:
        key, number = f"sxk_test{next(numbers)}" + "x" * 30, next(numbers)
        expires_at, scopes = fields.pop("expires_at", None), fields.pop("scopes", None)
        with database.write() as session:
            owner = None
            if role in kinds:
                name = organisation or f"云澜权限测试{number}单位（示例）"
                owner = OrganisationRepository(session).ensure(name, OrganisationKind(kinds[role]))
                session.flush()
            email = f"{role.value}{number}@example.cn"
            one = Account(email=email, name=role.value, role=role.value, organisation_id=owner and owner.id, **fields)
            session.add(one)
            session.flush()
            session.add(
                ApiKey(
                    account_id=one.id, name="test", key_hash=key_digest(key).hex(), hint=key[:8],
                    expires_at=expires_at, scopes=scopes,
                )
            )  # fmt: skip
        return one, {"Authorization": f"Bearer {key}"}

    return made


@pytest.fixture(scope="module")
def callers(account: Callable[..., tuple[Account, dict[str, str]]]) -> dict[Role, dict[str, str]]:
    """Headers of somebody in every role."""
    return {Role.ANYBODY: {}} | {role: account(role)[1] for role in Role if role is not Role.ANYBODY}
