"""Every cell of the permission table: each route of the application, as each role, for what is the
caller's own and what is another's, with an account that was disabled and a key that has run out."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from app.access.guard import GuardedRoute, check
from app.access.rule import API, Scope
from app.access.rules import RULES
from app.access.shown_table import cell
from app.core.caller import Caller, Role
from app.core.city_time import today
from app.core.errors import Forbidden
from app.core.identifiers import new_id
from app.models import (
    Account,
    Case,
    CaseState,
    Challenge,
    ChallengeBid,
    ChallengeNeed,
    ChallengePanellist,
    ChallengeState,
    Contract,
    Docking,
    DockingStage,
    Interest,
    InterestState,
    Job,
    JobState,
    NearDuplicate,
    Notice,
    Roadshow,
    RoadshowGuest,
    RoadshowState,
    Round,
    RoundInvitation,
    SavedSearch,
    SignInSession,
    Target,
    Upload,
)
from app.models.base import now
from tests.trials import CAMPAIGN

MEMBERS = (Role.ENTERPRISE, Role.UNIVERSITY)
NOTHING = "0" * 32
# Paths whose second or only id this file makes nothing for.
_SECOND = (
    "{achievement_id}",
    "{need_id}",
    "{organisation_id}",
    "{meeting_id}",
    "{panellist_id}",
    "{bid_id}",
    "{milestone_id}",
    "{package_id}",
    "{lead_id}",
    "{entry_id}",
    "{file_id}",
)
NO_ID = {path for _, path in RULES if any(name in path for name in _SECOND)} | {
    path
    for _, path in RULES
    if path.startswith(
        (
            f"{API}/assignments/",
            f"{API}/liaisons/{{id}}/",
            "/static/",
            "/admin/roster/contacts/",
            f"{API}/contracts/imports/",
            "/contracts/import/",
        )
    )
}
TOMORROW = (today() + timedelta(days=1)).isoformat()
# Bodies with which an allowed call gets as far as the record that it is about.
BODIES = {
    "/achievements": {"title": "湿法磨矿分级", "summary": "球磨机与旋流器闭路，磨矿细度-0.074 mm占80%（示例）。"},
    "/needs": {"title": "湿法磨矿分级", "description": "磨矿细度要求-0.074 mm占80%以上（示例）。"},
    "/needs/self-naming": {"title": "湿法磨矿分级", "organisation": "云澜某某（示例）"},
    "PATCH /achievements/{id}": {"title": "湿法磨矿"},
    "PATCH /needs/{id}": {"title": "湿法磨矿"},
    "/achievements/{id}/review": {"decision": "publish"},
    "/needs/{id}/review": {"decision": "publish"},
    "/achievements/{id}/renewal": {"valid_until": TOMORROW},
    "/needs/{id}/renewal": {"valid_until": TOMORROW},
    "/search": {"text": "磨矿"},
    "/needs/{id}/matches/{achievement_id}/judgement": {"grade": 3},
    "/interests/{id}/consent": {},
    "/interests/{id}/decline": {"reason": "暂缓"},
    "PATCH /dockings/{id}": {"next_action": "打电话"},
    "/dockings/{id}/steps": {"to": "contacted"},
    "/dockings/{id}/close": {"reason": "no_answer"},
    "/dockings/{id}/block": {"team": "finance", "note": "缺资金"},
    "/dockings/{id}/entries": {"text": "先寄样"},
    "PUT /duplicates/{id}": {"verdict": "different"},
    "/saved-searches": {"text": "磨矿"},
    "PATCH /rounds/{id}": {"title": "改名"},
    "/roadshows": {"title": "对接会", "held_on": TOMORROW, "starts": "09:00", "ends": "11:00"},
    "PATCH /roadshows/{id}": {"title": "改名"},
    "/roadshows/{id}/steps": {"step": "cancel", "reason": "停电"},
    "/roadshows/{id}/answer": {"answer": "accepted"},
    "/cases/{id}/consents": {"person": "经办人", "side": None, "means": "call"},
    "/cases/{id}/consents/end": {},
    "PATCH /challenges/{id}": {"title": "改名"},
    "PATCH /challenges/{id}/bid": {"months": 9},
    "/challenges/{id}/criteria": {"purpose": "bids", "items": [{"name": "指标", "weight": 100, "maximum": 10}]},
    "/challenges/{id}/steps": {"step": "submit"},
    "/challenges/{id}/bids/{bid_id}/scores": {"scores": {}},
    "/challenges/{id}/milestones": {"title": "试车", "due_on": TOMORROW},
    "/challenges/{id}/milestones/{milestone_id}/done": {"evidence": "检测报告"},
    "/challenges/{id}/evaluations": {"months": 6, "in_use": True, "score": 5, "text": "一直在用。"},
    "PATCH /channels/{id}": {"name": "改名"},
    "PUT /notices/unseen": {"sweep": "0" * 16},
    "PATCH /accounts/{id}": {"name": "改名"},
    "PATCH /organisations/{id}": {"park": "示例园"},
    "/contracts/{id}/adjustments": {"kind": "cancellation", "effective_on": today().isoformat(), "reason": "示例"},
    "PATCH /board/targets/{id}": {"amount": "2"},
}


def _operations(app: FastAPI) -> set[tuple[str, str]]:
    """Return method and path of everything that the application answers, but HEAD and OPTIONS."""
    found = {(route.path, method) for route in _routes(app) for method in route.methods or ()}
    return {(method, path) for path, method in found if method not in {"HEAD", "OPTIONS"}}


def _routes(app):
    return list(_flat(app.routes))


def _flat(routes):
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _flat(inner.routes)
        else:
            yield route


def _unguarded(app: FastAPI) -> list[str]:
    return [route.path for route in _routes(app) if isinstance(route, APIRoute) and not isinstance(route, GuardedRoute)]


def test_every_route_has_a_rule_and_every_rule_a_route(application):
    assert _operations(application) == set(RULES)
    assert _unguarded(application) == []


def test_a_route_without_a_rule_is_noticed_and_lets_nobody_in():
    app = FastAPI()
    router = APIRouter(route_class=GuardedRoute, prefix=API)
    router.get("/leak")(lambda: "everything")
    app.include_router(router)
    assert ("GET", f"{API}/leak") in _operations(app) - set(RULES)
    with pytest.raises(Forbidden):
        check("GET", f"{API}/leak", Caller(Role.ADMIN))


def test_a_route_that_is_not_guarded_is_noticed():
    app = FastAPI()
    app.get("/leak")(lambda: "everything")
    assert "/leak" in _unguarded(app)


@pytest.fixture(scope="module")
def people(account):
    """For each role an account with a good key, one that was disabled and one whose key ran out."""
    past = now() - timedelta(days=1)
    return {
        role: SimpleNamespace(
            good=account(role, manages_organisation=role in MEMBERS),
            disabled=account(role, disabled_at=past),
            expired=account(role, expires_at=past),
            other=account(role),
        )
        for role in Role
        if role is not Role.ANYBODY
    }


@pytest.fixture(scope="module")
def no_scope(account):
    """Headers of a key that is limited to nothing, of every role."""
    return {role: account(role, scopes=[])[1] for role in Role if role is not Role.ANYBODY}


class Things:
    """Makes what paths speak of: the caller's own, or another's of the same role."""

    def __init__(self, client, operator, create):
        self._client, self._operator, self._create = client, operator, create
        self._database = client.app.state.database
        self._unchanged = {}

    def of(self, path, role, owner, *, unchanged):
        """Return the ids of a path for things of `owner`, an account with its headers.

        Args:
            unchanged: they will not be changed, so that the next who asks may have the same.
        """
        noun = path.removeprefix(API).removeprefix("/admin").split("/")[1].replace("-", "_")
        make = getattr(self, f"_{noun}", None)
        if make is None or "{id}" not in path:
            return self.none()
        key = noun, role, owner[0].id
        id = self._unchanged.get(key) if unchanged else None
        if id is None:
            id = make(role, *owner)
            if unchanged:
                self._unchanged[key] = id
        return self.none() | {"id": id}

    @staticmethod
    def none():
        """Return ids that stand for nothing."""
        others = {name.strip("{}"): NOTHING for name in ("{id}", *_SECOND)}
        return {**others, "kind": "achievements", "list": "industries", "target": "needs"}

    def _needs(self, role, account, _headers):
        return self._record("needs", account, hidden=role is Role.ENTERPRISE)

    def _achievements(self, role, account, _headers):
        return self._record("achievements", account, hidden=role is Role.UNIVERSITY)

    def _record(self, kind, account, *, hidden):
        visibility = "liaison" if hidden else "public"
        return self._create(kind, organisation=self._name(account), visibility=visibility)["id"]

    def _interests(self, role, account, _headers):
        name = self._name(account)
        need = self._create("needs", organisation=name if role is Role.ENTERPRISE else None)
        achievement = self._create("achievements", organisation=name if role is Role.UNIVERSITY else None)
        made = Interest(
            need_id=need["id"], achievement_id=achievement["id"], by_organisation_id=account.organisation_id
        )
        made.state, made.forwarded_at = InterestState.FORWARDED, now()
        return self._add(made)

    def _dockings(self, role, account, _headers):
        name = self._name(account)
        need = self._create("needs", organisation=name if role is Role.ENTERPRISE else None)
        achievement = self._create("achievements", organisation=name if role is Role.UNIVERSITY else None)
        return self._add(Docking(need_id=need["id"], achievement_id=achievement["id"], open_key=new_id()))

    def _imports(self, _role, account, _headers):
        job = Job(kind="import", state=JobState.SUCCEEDED)
        upload = Upload(kind="needs", organisation_id=account.organisation_id, caller={"name": account.email})
        upload.file_name, upload.stored_as, upload.size, upload.sha256 = "表.csv", "", 1, "0" * 64
        upload.job = job
        return self._add(upload)

    def _duplicates(self, role, account, _headers):
        kind = "needs" if role is Role.ENTERPRISE else "achievements"
        first, second = (self._record(kind, account, hidden=role in MEMBERS) for _ in range(2))
        return self._add(NearDuplicate(kind=kind, first_id=first, second_id=second, similarity=0.9))

    def _rounds(self, _role, account, _headers):
        made = Round(title="征集（示例）", opens_on=today(), closes_on=today(), created_by="")
        made.industries, made.chains = [], []
        id = self._add(made)
        if account.organisation_id is not None:
            with self._database.write() as session:
                session.add(RoundInvitation(round_id=id, organisation_id=account.organisation_id))
        return id

    def _roadshows(self, _role, account, _headers):
        made = Roadshow(
            title="对接会（示例）", held_on=today(), starts="09:00", ends="11:00", slot_minutes=20, tables=2
        )
        made.most_meetings, made.state = 4, RoadshowState.OPEN
        id = self._add(made)
        if account.organisation_id is not None:
            with self._database.write() as session:
                session.add(RoadshowGuest(roadshow_id=id, organisation_id=account.organisation_id))
        return id

    def _cases(self, role, account, _headers):
        name = self._name(account)
        need = self._create("needs", organisation=name if role is Role.ENTERPRISE else None)
        achievement = self._create("achievements", organisation=name if role is Role.UNIVERSITY else None)
        docking = Docking(need_id=need["id"], achievement_id=achievement["id"], stage=DockingStage.SIGNED)
        made = Case(docking_id=self._add(docking), title="案例（示例）", problem="难", solution="办", effect="好")
        made.enterprise_label, made.state = "本市某企业", CaseState.PUBLISHED
        return self._add(made)

    def _challenges(self, role, account, _headers):
        need = self._create("needs", organisation=self._name(account) if role is Role.ENTERPRISE else None)
        made = Challenge(title="榜单（示例）", state=ChallengeState.PUBLISHED, review_round=1, bid_round=1)
        made.owner_id = account.organisation_id if role is Role.ENTERPRISE else None
        made.winner_id = account.organisation_id if role is Role.UNIVERSITY else None
        made.closes_on = today()
        id = self._add(made)
        with self._database.write() as session:
            session.add(ChallengeNeed(challenge_id=id, need_id=need["id"], position=0))
            if role is Role.UNIVERSITY:
                bid = ChallengeBid(challenge_id=id, round=1, organisation_id=account.organisation_id)
                bid.team, bid.approach, bid.fee_wan, bid.months = "团队", "方案", Decimal(1), 6
                session.add(bid)
            if role is Role.EXPERT:
                session.add(ChallengePanellist(challenge_id=id, round=1, account_id=account.id, kind="industry"))
        return id

    def _channels(self, _role, _account, _headers):
        body = {"template": "topics"}
        return self._client.post(f"{API}/channels", json=body, headers=self._operator).json()["id"]

    def _accounts(self, _role, account, _headers):
        return account.id

    def _roster(self, _role, _account, _headers):
        with self._database.write() as session:
            made = Account(email=f"{new_id()}@example.cn", name="情报员", role=Role.LIAISON)
            session.add(made)
            session.flush()
            return made.id

    def _organisations(self, _role, account, headers):
        # Of whoever has none, one that they see: others of this file have none that is published.
        if account.organisation_id is not None:
            return account.organisation_id
        return self._client.get(f"{API}/organisations", headers=headers).json()["items"][0]["id"]

    def _sessions(self, _role, account, _headers):
        made = SignInSession(account_id=account.id, token_hash=new_id(), address="", user_agent="")
        made.expires_at = now() + timedelta(days=1)
        return self._add(made)

    def _keys(self, _role, _account, headers):
        return self._client.post(f"{API}/keys", json={"name": "系统"}, headers=headers).json()["id"]

    def _saved_searches(self, _role, account, _headers):
        made = SavedSearch(account_id=account.id, name="磨矿", text=new_id(), target="needs", filters={})
        made.seen_sequence = 0
        return self._add(made)

    def _contracts(self, role, account, _headers):
        made = Contract(registration_number=new_id(), title="合同（示例）", kind="service", amount_wan=Decimal(2))
        made.technology_amount_wan, made.buyer, made.seller = Decimal(1), "甲（示例）", "乙（示例）"
        made.signed_on, made.registered_on, made.buyer_local, made.seller_local = today(), today(), True, False
        side = "buyer_id" if role is Role.ENTERPRISE else "seller_id"
        setattr(made, side, account.organisation_id)
        return self._add(made)

    def _board(self, _role, _account, _headers):
        place = new_id()
        return self._add(Target(year=2026, measure="absorbed", scope="district", district=place, amount=Decimal(1)))

    def _notices(self, _role, account, _headers):
        return self._add(Notice(account_id=account.id, topic="match", title="通知", path="/needs", key=new_id()))

    def _name(self, account):
        if account.organisation_id is None:
            return None
        path = f"{API}/organisations/{account.organisation_id}"
        return self._client.get(path, headers=self._operator).json()["name"]

    def _add(self, row):
        with self._database.write() as session:
            session.add(row)
            session.flush()
            return row.id


@pytest.fixture(scope="module")
def things(client, operator, create):
    return Things(client, operator, create)


def _body(method, path):
    short = path.removeprefix(API)
    if method in {"GET", "DELETE"}:
        return None
    return BODIES.get(f"{method} {short}", BODIES.get(short, {}))


@pytest.fixture
def call(client, operator):
    def made(method, path, headers, ids):
        address = path
        for name, id in ids.items():
            address = address.replace(f"{{{name}}}", id)
        version = {}
        if method in {"PATCH", "DELETE"} or path.endswith(("/review", "/renewal", "/criteria", "/notice-preferences")):
            version = {"If-Match": '"1"'}
        if method == "POST" and path.endswith("/files"):
            return client.post(address, headers=headers, files={"file": ("说明.txt", "说明".encode())})
        return client.request(method, address, headers=headers | version, json=_body(method, path))

    return made


ROUTES = sorted(RULES)
# Routes that a guard stands before: all but the document that lists them.
GUARDED = [(method, path) for method, path in ROUTES if path != f"{API}/openapi.json"]
SIGNED_IN = [role for role in Role if role is not Role.ANYBODY]


def _id(value):
    return value.removeprefix(API) if isinstance(value, str) else None


def _of_route(kinds, method, path):
    """Return one of some kinds in the checks, another for each route, and all of them in the campaign."""
    return kinds if CAMPAIGN or not kinds else [kinds[ROUTES.index((method, path)) % len(kinds)]]


@pytest.mark.trial
@pytest.mark.parametrize(("method", "path"), ROUTES, ids=_id)
def test_the_cells_of_a_route(call, people, things, method, path):
    """Each role, for what is its own and what is another's; who is refused is refused before things are looked for.

    Of those who are refused for their role the checks ask as one, on each route another; so of those who may, and
    whom ownership does not concern.
    """
    rule = RULES[method, path]
    wrong = []
    refused = [role for role in SIGNED_IN if cell(rule, role) == "—"]
    free = [role for role in SIGNED_IN if role not in refused and not (rule.own and role in MEMBERS)]
    spared = {*refused, *free} - {*_of_route(refused, method, path), *_of_route(free, method, path)}
    for role in (each for each in Role if each not in spared):
        allowed = cell(rule, role) != "—"
        if path == f"{API}/sessions/current" and allowed:
            continue  # ends the session of a cookie; see test_accounts
        known = people[Role.ENTERPRISE if role is Role.ANYBODY else role]
        headers = {} if role is Role.ANYBODY else known.good[1]
        ids = things.of(path, role, known.good, unchanged=method == "GET") if allowed else things.none()
        answer = call(method, path, headers, ids)
        # 409 and 412: its state or version; 422: bodies that are empty here; 404: ids that stand for nothing here.
        right = {200, 201, 202, 204, 409, 412, 422} | ({404} if path in NO_ID else set())
        if not allowed:
            right = {401 if role is Role.ANYBODY else 403}
        if answer.status_code not in right:
            wrong.append((role.value, answer.status_code, answer.text[:200]))
        elif allowed and rule.own and role in MEMBERS and "{id}" in path:
            other = call(method, path, headers, things.of(path, role, known.other, unchanged=True))
            if other.status_code not in {403, 404}:
                wrong.append((role.value, "another's", other.status_code, other.text[:200]))
    assert wrong == []


@pytest.mark.trial
@pytest.mark.parametrize(("method", "path"), [each for each in GUARDED if RULES[each].identified], ids=_id)
def test_accounts_and_keys_that_are_not_good_open_nothing(call, people, operator, no_scope, method, path):
    """An account that was disabled, a key that has run out, one that is none, and one of no scope."""
    bad = [(role, state) for state in ("disabled", "expired") for role in SIGNED_IN]
    for role, state in _of_route(bad, method, path):
        answer = call(method, path, getattr(people[role], state)[1], {"id": NOTHING})
        assert answer.status_code == 401, (role, state, answer.text)
    for key in _of_route(["sx_wrong", "x" * 5000, "é"], method, path):
        answer = call(method, path, {"Authorization": f"Bearer {key}".encode("latin-1")}, {"id": NOTHING})
        assert answer.status_code == 401, answer.text
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert key not in answer.text
        assert operator["Authorization"].split()[1] not in answer.text
    rule = RULES[method, path]
    role = next(role for role in (Role.ADMIN, *no_scope) if role in rule.roles)
    answer = call(method, path, no_scope[role], {"id": NOTHING})
    if rule.scope is None:
        assert answer.status_code not in {401, 403}, answer.text
    else:
        assert answer.status_code == 403, answer.text
        assert rule.scope.value in (answer.json()["detail"] if path.startswith(API) else answer.text)


def test_every_scope_is_needed_somewhere():
    assert {rule.scope for rule in RULES.values()} == {*Scope, None}


def test_a_refused_write_changes_nothing(client, create, body, everything, operator):
    record = create("needs")
    before = everything("needs", operator)
    client.post("/api/v1/needs", json=body("needs"))
    client.patch(f"/api/v1/needs/{record['id']}", json={"title": "改掉"}, headers={"If-Match": '"1"'})
    client.delete(f"/api/v1/needs/{record['id']}", headers={"If-Match": '"1"', "Authorization": "Bearer sx_no"})
    assert everything("needs", operator) == before
