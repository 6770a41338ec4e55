"""A challenge with its people, led through the contract to whatever state a test begins in."""

import itertools
from datetime import timedelta

from app.core.caller import Role
from app.core.city_time import today
from app.models import (
    Account,
    Challenge,
    ChallengeEvaluation,
    ChallengeMilestone,
    ChallengeState,
    ExpertKind,
    Need,
    Organisation,
)

DAY = timedelta(days=1)
CHALLENGES = "/api/v1/challenges"
CRITERIA = [
    {"name": "产业带动作用", "weight": 60, "maximum": 10},
    {"name": "技术可行性", "weight": 40, "maximum": 5},
]
SUMMARY = "把尾矿滤饼水分降到12%以下，处理量不低于每小时40吨，交付样机一台（示例）。"
ORDER = [
    "candidate", "pool", "review", "listed", "published", "closed", "selected", "established", "in_progress",
    "acceptance", "accepted",
]  # fmt: skip
_NUMBERS = itertools.count(1)


class Life:
    """One challenge: its owner, three experts, two universities, and staff."""

    def __init__(self, client, account, create, *, visibility="public", owner=None, **fields):
        number = next(_NUMBERS)
        self.client, self._account = client, account
        self.name = owner or f"云澜揭榜{number}装备有限公司（示例）"
        self.owner, self.owner_headers = account(Role.ENTERPRISE, self.name)
        self.liaison, self.staff = account(Role.LIAISON)
        self.universities = [f"云澜揭榜{number}{each}大学（示例）" for each in ("甲", "乙")]
        self.bidders = [account(Role.UNIVERSITY, each) for each in self.universities]
        self.experts = {kind: account(Role.EXPERT) for kind in ExpertKind}
        self.need = create("needs", organisation=self.name, visibility=visibility, **fields)
        body = {"title": f"尾矿滤饼深度脱水{number}号（示例）", "summary": SUMMARY, "need_ids": [self.need["id"]]}
        answer = client.post(CHALLENGES, json=body, headers=self.staff)
        assert answer.status_code == 201, answer.text
        self.id, self.title = answer.json()["id"], body["title"]
        self.path = f"{CHALLENGES}/{self.id}"

    def get(self, headers=None):
        answer = self.client.get(self.path, headers=headers or self.staff)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @property
    def state(self):
        return self.get()["state"]

    def step(self, step, headers=None, **fields):
        return self.client.post(f"{self.path}/steps", json={"step": step, **fields}, headers=headers or self.staff)

    def took(self, step, headers=None, **fields):
        answer = self.step(step, headers, **fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def criteria(self, purpose, headers=None, items=CRITERIA):
        version = {"If-Match": f'"{self.get()["version"]}"'}
        return self.client.put(
            f"{self.path}/criteria", json={"purpose": purpose, "items": items},
            headers=(headers or self.owner_headers) | version,
        )  # fmt: skip

    def ask(self, kind, who=None):
        account = who or self.experts[kind][0]
        return self.client.post(f"{self.path}/panel", json={"account_id": account.id, "kind": kind}, headers=self.staff)

    def declare(self, headers, *, conflict=False, text=""):
        body = {"conflict": conflict, "text": text}
        return self.client.put(f"{self.path}/declaration", json=body, headers=headers)

    def sheet(self, *scores, purpose="review"):
        return {each["id"]: score for each, score in zip(self.get()[f"{purpose}_criteria"], scores, strict=True)}

    def vote(self, headers, *scores, comment=""):
        body = {"scores": self.sheet(*scores), "comment": comment}
        return self.client.put(f"{self.path}/ballot", json=body, headers=headers)

    def voted(self, headers, *scores):
        assert self.declare(headers).status_code == 200
        answer = self.vote(headers, *scores)
        assert answer.status_code == 200, answer.text

    def bid(self, number=0, **fields):
        body = {
            "team": "机械学院李工团队，8 人（示例）", "approach": "隔膜压滤加微波预热，含水率12%（示例）",
            "fee_wan": "80", "months": 12, **fields,
        }  # fmt: skip
        return self.client.post(f"{self.path}/bid", json=body, headers=self.bidders[number][1])

    def bids(self):
        return self.client.get(f"{self.path}/bids", headers=self.owner_headers).json()["items"]

    def mark(self, bid, *scores, headers=None):
        return self.client.put(
            f"{self.path}/bids/{bid['id']}/scores",
            json={"scores": self.sheet(*scores, purpose="bid"), "comment": "方案完整"},
            headers=headers or self.owner_headers,
        )

    def backdate(self, **fields):
        """Move what a test cannot wait for."""
        self._set(Challenge, self.id, fields)

    def change_need(self, **fields):
        """Change the need otherwise than its owner could by now."""
        self._set(Need, self.need["id"], fields)

    def _set(self, model, id, fields):
        with self.client.app.state.database.write() as session:
            one = session.get(model, id)
            for name, value in fields.items():
                setattr(one, name, value)

    def place(self, account, organisation_name):
        """Make an account belong to an organisation, as an expert's may."""
        with self.client.app.state.database.write() as session:
            found = session.query(Organisation).filter_by(name=organisation_name).one()
            session.get(Account, account.id).organisation_id = found.id

    def evaluations_due(self, on):
        self._due(ChallengeEvaluation, on)

    def milestones_due(self, on):
        self._due(ChallengeMilestone, on)

    def _due(self, model, on):
        with self.client.app.state.database.write() as session:
            for each in session.query(model).filter_by(challenge_id=self.id):
                each.due_on = on

    def to(self, state):
        """Lead the challenge on to a state of the usual way."""
        for each in ORDER[ORDER.index(self.state) + 1 : ORDER.index(state) + 1]:
            getattr(self, f"_to_{each}")()
        assert self.state == ChallengeState(state)
        return self

    def _to_pool(self):
        self.took("pool", grade="A", need_class="common_key")

    def _to_review(self):
        if not self.get()["review_criteria"]:
            assert self.criteria("review").status_code == 200
        self.took("review")

    def _to_listed(self):
        for kind, (_, headers) in self.experts.items():
            assert self.ask(kind).status_code == 201
            self.voted(headers, 8, 4)
        self.took("list")

    def _to_published(self):
        if not self.get()["bid_criteria"]:
            assert self.criteria("bids").status_code == 200
        self.took("publish", closes_on=str(today() + 20 * DAY))

    def _to_closed(self):
        for number in range(2):
            assert self.bid(number).status_code == 201
        self.backdate(closes_on=today() - DAY)
        self.took("close")

    def _to_selected(self):
        for bid, scores in zip(self.bids(), ((9, 5), (6, 3)), strict=True):
            assert self.mark(bid, *scores).status_code == 200
        best = self.bids()[0]
        self.took("select", self.owner_headers, bid_id=best["id"], decision="甲方案指标最高、报价合理，选定甲方案。")

    def _to_established(self):
        self.took("establish", total_wan="200", fiscal_wan="60", own_wan="120")

    def _to_in_progress(self):
        body = {"title": "样机下线", "due_on": str(today() + 90 * DAY)}
        assert self.client.post(f"{self.path}/milestones", json=body, headers=self.staff).status_code == 201
        self.took("start")

    def _to_acceptance(self):
        for each in (one for one in self.get()["milestones"] if one["done_on"] is None):
            done = self.client.put(
                f"{self.path}/milestones/{each['id']}/done", json={"evidence": "检测报告 2026-17 号（示例）"},
                headers=self.bidders[0][1],
            )  # fmt: skip
            assert done.status_code == 200, done.text
        self.took("submit", self.bidders[0][1])

    def _to_accepted(self):
        self.took("accept", self.owner_headers, score=88, text="指标全部达到，同意验收。")
