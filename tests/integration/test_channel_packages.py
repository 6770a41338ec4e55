"""Whatever happens to records between packages: applied in order, they make the other side what it should be."""

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.channels.packages import Wanted
from app.channels.repository import ChannelRepository
from app.channels.service import ChannelService
from app.channels.transactions import cancel_package, make_package
from app.core.caller import ANYBODY, OPERATOR
from app.core.city_time import today
from app.core.database import Database
from app.core.errors import Conflict
from app.core.identifiers import new_id
from app.core.migrations import migrate
from app.kinds.table import KINDS
from app.kinds.visibility import visible_sql
from app.models import Need, NeedVisibility, Organisation, OrganisationKind, Status
from tests.asking import written

COLUMNS = [
    {"target": "编号", "source": "code"}, {"target": "标题", "source": "title"},
    {"target": "企业", "source": "organisation"},
]  # fmt: skip
ROWS = 5
BRAND = "琢玉坊"
_ROW = st.integers(0, ROWS - 1)
_STEPS = st.one_of(
    st.tuples(st.just("status"), _ROW, st.sampled_from(list(Status))),
    st.tuples(st.just("visibility"), _ROW, st.sampled_from(list(NeedVisibility))),
    st.tuples(st.just("title"), _ROW, st.sampled_from(["浮选药剂", "浮选捕收剂", f"{BRAND}的浮选药剂"])),
    st.tuples(st.just("valid_until"), _ROW, st.sampled_from([None, -1, 0, 30])),
    st.tuples(st.just("brand"), st.just(0), st.booleans()),
    st.tuples(st.just("columns"), st.just(0), st.booleans()),
    st.tuples(st.just("package"), st.just(0), st.sampled_from(["deliver", "deliver", "cancel", "full"])),
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('channels') / 'test.db'}")
    migrate(database)
    yield database
    database.close()


class World:
    """Records, a channel, and a platform that does what packages say."""

    def __init__(self, database, folder):
        self.database, self.service = database, ChannelService(folder)
        self.platform = {}
        with database.write() as session:
            session.execute(update(Need).values(status=Status.DRAFT))
            session.execute(update(Organisation).values(brands=[]))
            self.owner = new_id()
            session.add(
                Organisation(id=self.owner, name=f"云澜{self.owner}厂（示例）", kind=OrganisationKind.ENTERPRISE)
            )
            self.ids = [new_id() for _ in range(ROWS)]
            for number, id in enumerate(self.ids):
                need = Need(id=id, title=f"第{number}项", description="示例", title_key=id, organisation_id=self.owner)
                need.visibility, need.status = NeedVisibility.ANONYMOUS, Status.DRAFT
                session.add(need)
        fields = {"name": "示例平台", "kind": "needs", "columns": COLUMNS, "format": "jsonl"}
        self.channel = written(database, self.service.create, fields, OPERATOR).id

    def step(self, sort, row, value):
        if sort == "package":
            self._package(value)
        elif sort == "columns":
            with self.database.read() as session:
                version = str(self.service.get(session, self.channel, OPERATOR).version)
            columns = COLUMNS[: 2 if value else 3]
            written(self.database, self.service.change, self.channel, {"columns": columns}, version, OPERATOR)
        elif sort == "brand":
            with self.database.write() as session:
                session.get(Organisation, self.owner).brands = [BRAND] if value else []
        else:
            if sort == "valid_until" and value is not None:
                value = today() + timedelta(days=value)
            with self.database.write() as session:
                setattr(session.get(Need, self.ids[row]), sort, value)

    def prepare(self, *, full=False):
        """Make a package."""
        return make_package(self.database, self.service.packages, Wanted(self.channel, full), OPERATOR)

    def _package(self, end):
        packages = self.service.packages
        try:
            made = self.prepare(full=end == "full")
        except Conflict:
            if end != "full":
                assert self.platform == self.should()
            return
        with self.database.read() as session:
            _, content = packages.file(session, self.channel, made.id, OPERATOR)
        if end == "cancel":
            cancel_package(self.database, packages, self.channel, made.id, "", OPERATOR)
            return
        self._upload(content)
        written(self.database, packages.deliver, self.channel, made.id, "", OPERATOR)
        assert self.platform == self.should()

    def _upload(self, content):
        archive = zipfile.ZipFile(io.BytesIO(content))
        for name in archive.namelist():
            rows = [json.loads(line) for line in archive.read(name).splitlines()]
            part = name.split("-")[1].split(".")[0]
            if part == "remove":
                for row in rows:
                    del self.platform[row["对外编号"]]
            elif part == "full":
                kept = {row["编号"] for row in rows}
                for code in {*self.platform} - kept:
                    # Removals are told besides, for platforms that do not replace.
                    assert code in str(archive.read(archive.namelist()[-1]))
                self.platform |= {row["编号"]: row for row in rows}
            else:
                for row in rows:
                    assert (row["编号"] in self.platform) == (part == "change")
                    self.platform[row["编号"]] = row

    def should(self):
        """Return what should be shown, told otherwise than the service tells it."""
        with self.database.read() as session:
            owner = session.get(Organisation, self.owner)
            shown = session.scalars(
                select(Need).where(Need.id.in_(self.ids), visible_sql(KINDS["needs"], ANYBODY))
            ).all()
            codes = {id: each.code for id, each in ChannelRepository(session).items(self.channel).items()}
            wide = len(self.service.get(session, self.channel, OPERATOR).columns) == 3
        found = {}
        for need in shown:
            anonymous = need.visibility == NeedVisibility.ANONYMOUS
            if anonymous and owner.brands and BRAND in need.title:
                continue
            row = {"编号": codes[need.id], "标题": need.title}
            found[codes[need.id]] = row | ({"企业": "" if anonymous else owner.name} if wide else {})
        return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(_STEPS, max_size=14))
def test_packages_applied_in_order_make_what_should_be_shown(opened, tmp_path_factory, steps):
    world = World(opened, tmp_path_factory.mktemp("packages"))
    for step in steps:
        world.step(*step)
    world.step("package", 0, "deliver")
    assert world.platform == world.should()
    with pytest.raises(Conflict, match="没有变化"):
        world.prepare()


def test_of_two_who_end_a_package_one_does(opened, tmp_path):
    world = World(opened, tmp_path)
    world.step("status", 0, Status.PUBLISHED)
    packages = world.service.packages
    made = world.prepare()

    def end(verb):
        try:
            if verb == "cancel":
                return cancel_package(opened, packages, world.channel, made.id, "", OPERATOR).state
            return written(opened, packages.deliver, world.channel, made.id, "", OPERATOR).state
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        ended = [state for state in pool.map(end, ["deliver", "cancel"] * 4) if state]
    assert len(ended) == 1
    with opened.read() as session:
        items = ChannelRepository(session).items(world.channel)
    assert {each.state for each in items.values()} == {"delivered" if ended == ["delivered"] else "unsent"}


def test_of_two_who_make_a_package_one_does(opened, tmp_path):
    world = World(opened, tmp_path)
    world.step("status", 0, Status.PUBLISHED)

    def prepare(_):
        try:
            return world.prepare().number
        except Conflict:
            return None

    with ThreadPoolExecutor(4) as pool:
        assert [number for number in pool.map(prepare, range(4)) if number] == [1]
    assert len(list(tmp_path.iterdir())) == 1, "no file of those that lost"
