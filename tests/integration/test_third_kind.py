"""A third kind of record is a table, an entry in each of two tables and its own words: here pilot bases, 中试基地.

What stands above the first test is what a real one would add, beside a migration, routes and pages.
"""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.caller import ANYBODY, OPERATOR, Caller, Role
from app.core.database import Database
from app.core.errors import InvalidInput, NotFound
from app.core.settings import Settings
from app.exports.service import taken_out
from app.exports.tables import as_csv, as_jsonl
from app.imports.local import import_here
from app.imports.nouns import NOUNS
from app.imports.schemas import kind_fields
from app.imports.submission import submit
from app.kinds.fields import Industries, LongText, OptionalText, RecordBody, Title, Wan, Word, Words
from app.kinds.table import KINDS, Kind
from app.kinds.visibility import RecordFilter
from app.matches.brief import as_asked
from app.matches.listing import Order, Wanted, orders_of
from app.models import Condition, OrganisationKind, RecordKind, SearchableRecord, Status
from app.models.base import Base, WanAmount
from app.needs.schemas import NeedIn
from app.organisations.repository import OrganisationRepository
from app.records.noun import HEADERS, Noun
from app.records.schemas import RecordOut
from app.records.transactions import change_record
from app.search.encoders import EncoderLoader
from app.services import Services
from tests.asking import Asking, new_record, record_called
from tests.installations import opened

NAME = "pilot_bases"
RUNS = "海澜中试服务有限公司（示例）"
ASKS = "云澜水务有限公司（示例）"
HEADER = "基地编号,基地名称,中试能力,设备,县区,行业,合作方式,每批费用（万元）,可见范围,有效期"
ABILITY = "可做除氟吸附剂的连续流中试，日处理2 t，出水氟低于1 mg/L。"
FILE = f"""{HEADER}
ZS-1,含氟废水除氟中试线,{ABILITY},吸附柱；离子交换柱,云东区,46,委托中试,12-20,public,2099年12月31日
ZS-2,含氟废水膜法除氟试验线,可做除氟膜组件的涂覆与放大试验，幅宽1 m。,涂覆机,云西区,46,共建,80,anonymous,
ZS-3,内部粉体试验线,可做粉体造粒的放大试验。,造粒机,云东区,30,委托中试,面议,liaison,
"""
TEXT = "含氟废水除氟吸附剂的中试"
ALL = RecordFilter()


class BaseVisibility(StrEnum):
    """Who may see a pilot base."""

    PUBLIC = "public"
    ANONYMOUS = "anonymous"
    LIAISON = "liaison"


class BaseIn(RecordBody):
    """A pilot base as it is posted."""

    organisation: Word | None = None
    external_id: Word | None = None
    title: Title
    ability: LongText
    equipment: Words = []
    indicators: OptionalText = ""
    industries: Industries = []
    chains: Words = []
    cooperation_modes: Words = []
    fee_min_wan: Wan | None = None
    fee_max_wan: Wan | None = None
    district: Word | None = None
    contact: OptionalText | None = None
    visibility: BaseVisibility = BaseVisibility.PUBLIC
    status: Status | None = None
    valid_until: date | None = None


class BaseOut(RecordOut):
    """A pilot base as it is shown."""

    ability: str
    equipment: list[str]
    fee_min_wan: Wan | None
    fee_max_wan: Wan | None


NOUN = Noun(
    body=BaseIn,
    output=BaseOut,
    headers={
        **HEADERS,
        "external_id": "基地编号 编号",
        "title": "基地名称 名称",
        "ability": "中试能力 能力",
        "equipment": "设备",
        "price": "每批费用 费用",
    },
    template=tuple(
        (field, header, "")
        for field, header in zip(
            ("external_id", "title", "ability", "equipment", "district", "industries", "cooperation_modes", "price",
             "visibility", "valid_until"),
            HEADER.split(","),
            strict=True,
        )
    ),
    names={"ability": "能力", "equipment": "设备"},
)  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Iterator[Any]:
    """Its table, of this module alone: migrations are compared with those of the application."""

    class PilotBase(SearchableRecord, Base):
        __tablename__ = NAME

        ability: Mapped[str] = mapped_column(Text)
        equipment: Mapped[list[str]] = mapped_column(default=list)
        fee_min_wan: Mapped[Decimal | None] = mapped_column(WanAmount)
        fee_max_wan: Mapped[Decimal | None] = mapped_column(WanAmount)

    yield PilotBase
    Base.metadata.remove(PilotBase.__table__)


@pytest.fixture
def bases(model: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> RecordKind:
    """The third kind, registered: a member of the enumeration and its two entries.

    Args:
        settings: of an installation from before, which other tests copy too.
    """
    member = str.__new__(RecordKind, NAME)
    member._name_, member._value_ = "PILOT_BASES", NAME
    monkeypatch.setitem(RecordKind._member_map_, "PILOT_BASES", member)
    monkeypatch.setitem(RecordKind._value2member_map_, NAME, member)
    monkeypatch.setattr(RecordKind, "_member_names_", [*RecordKind._member_names_, "PILOT_BASES"])
    kind = Kind(
        name=member,
        noun="中试基地",
        model=model,
        owner=OrganisationKind.ENTERPRISE,
        texts=("title", "ability", "indicators", "equipment"),
        body="ability",
        keywords="equipment",
        amount="fee",
        public_visibilities=frozenset({BaseVisibility.PUBLIC.value, BaseVisibility.ANONYMOUS.value}),
        anonymous_visibility=BaseVisibility.ANONYMOUS.value,
        target=RecordKind.NEEDS,
        is_demand=False,
    )
    monkeypatch.setitem(KINDS, member, kind)
    monkeypatch.setitem(NOUNS, member, NOUN)
    return member


@pytest.fixture
def services(bases: RecordKind, model: Any, settings: Settings, load: EncoderLoader, tmp_path) -> Iterator[Services]:
    """An opened installation that has taken the file in, and a need that hides who asks."""
    database = Database(settings.url)
    model.__table__.create(database.engine)
    database.close()
    with opened(settings, load) as services:
        assert _counts(_taken(services, bases, tmp_path / "基地.csv", FILE)) == (3, 0, 0, 0)
        need = NeedIn(
            title="含氟废水除氟吸附剂放大",
            description="除氟吸附剂已做到小试，要做日处理2 t的连续流中试。出水氟低于1 mg/L。",
            organisation=ASKS, industries=["46"], district="云东区", budget_max_wan=Decimal(15),
            hard_conditions=[Condition.BUDGET],
        )  # fmt: skip
        new_record(services, RecordKind.NEEDS, need.model_dump(), OPERATOR)
        yield services


def _taken(services, kind, file, text, organisation=RUNS):
    file.write_text(text, "utf-8")
    return import_here(services.parts, file, kind, OPERATOR, organisation)


def _counts(upload):
    return upload.created, upload.updated, upload.unchanged, upload.rejected


def _need(services):
    return _listed(services, RecordKind.NEEDS)[0]


def _listed(services, kind, caller=OPERATOR, wanted=ALL):
    with services.database.read() as session:
        return services.records[kind].page(session, caller, wanted).records


def _base(services, number, kind):
    return record_called(services, kind, number)


def _member(services, name, role=Role.ENTERPRISE):
    with services.database.read() as session:
        return Caller(
            role, account_id="a", name="a@x.cn", organisation_id=OrganisationRepository(session).by_name(name).id
        )


def test_a_file_of_it_is_taken_in(services, bases, tmp_path):
    base = _base(services, "ZS-1", bases)
    assert (base.ability[:8], base.equipment, base.industries) == ("可做除氟吸附剂的", ["吸附柱", "离子交换柱"], ["46"])
    assert (base.fee_min_wan, base.fee_max_wan, base.valid_until) == (12, 20, date(2099, 12, 31))
    assert base.originals["price"] == "12-20"
    assert (base.organisation.name, base.organisation.kind) == (RUNS, OrganisationKind.ENTERPRISE)
    assert _counts(_taken(services, bases, tmp_path / "again.csv", FILE)) == (0, 0, 3, 0)
    assert _counts(_taken(services, bases, tmp_path / "dearer.csv", FILE.replace("12-20", "14-20"))) == (0, 1, 2, 0)
    assert _base(services, "ZS-1", bases).fee_min_wan == 14
    names = {each.field: each.name for each in kind_fields(bases)}
    assert (names["ability"], names["price"], list(names)[:2]) == ("能力", "金额", ["title", "ability"])


def test_it_goes_out_as_it_came_in(services, bases, tmp_path):
    records = taken_out(services.database, services.exports, bases, None, "csv", OPERATOR)
    table = "".join(as_csv(bases, records))
    assert table.splitlines()[0].lstrip("\ufeff") == f"{HEADER},状态"
    assert _counts(_taken(services, bases, tmp_path / "out.csv", table)) == (0, 0, 3, 0)
    assert json.loads(next(as_jsonl(bases, records)))["fee_max_wan"] == "20"


def test_a_search_finds_it(services, bases):
    found = Asking(services).for_text(TEXT, bases, OPERATOR, 5, ALL).results
    assert found[0].record.external_id == "ZS-1"
    assert {"ZS-1", "ZS-2", "ZS-3"} == {each.record.external_id for each in found}
    nearby = Asking(services).for_text(TEXT, bases, OPERATOR, 5, RecordFilter(district="云西区")).results
    assert [each.record.external_id for each in nearby] == ["ZS-2"]
    # It states no maturity, so that nothing is of at least one.
    assert not Asking(services).for_text(TEXT, bases, OPERATOR, 5, RecordFilter(maturity=1)).results
    assert not _listed(services, bases, wanted=RecordFilter(maturity=1))
    assert orders_of(KINDS[bases]) == (Order.RELEVANCE, Order.NEWEST)
    with services.database.read() as session:
        listing = services.searches.page(session, Wanted(TEXT, bases, ALL, Order.NEWEST), OPERATOR)
    assert listing.results
    assert listing.facets["maturity"] == []


def test_a_need_and_it_find_each_other(services, bases):
    need = _need(services)
    with services.database.read() as session:
        found = services.matches.for_record(session, need, OPERATOR, 5, ALL, bases)
    # The second costs more than is there, which the need calls hard.
    assert [each.record.external_id for each in found.results] == ["ZS-1", "ZS-3"]
    best = found.results[0].explanation
    assert best.clauses
    fits = {fit.field: (fit.agreement, fit.asked, fit.offered) for fit in best.structured}
    assert fits[Condition.BUDGET] == ("agree", (None, Decimal(15)), (Decimal(12), Decimal(20)))
    assert fits[Condition.VALIDITY] == ("agree", None, date(2099, 12, 31))
    assert fits[Condition.MATURITY] == ("unknown", None, None)
    others = {number: _base(services, number, bases) for number in ("ZS-1", "ZS-2")}
    back = {number: Asking(services).for_record(each, OPERATOR, 5, ALL) for number, each in others.items()}
    assert [each.record.id for each in back["ZS-1"].results] == [need.id]
    assert not back["ZS-2"].results
    with services.database.read() as session:
        pairs = services.matches.for_pairs(session, need, list(others.values()), OPERATOR)
    assert [pair.excluded_by for pair in pairs] == [[], [Condition.BUDGET]]


def test_json_is_made_last(services, bases):
    with services.database.read() as session:
        found = services.matches.for_record(session, _need(services), OPERATOR, 1, ALL, bases)
    for explain, long in (("full", True), ("brief", False)):
        (result,) = json.loads(as_asked(found, explain).model_dump_json())["results"]
        assert (result["record"]["fee_max_wan"], result["record"]["valid_until"]) == ("20", "2099-12-31")
        assert ("contact" in result["record"], "left_out" in result) == (long, False)
        (budget,) = (fit for fit in result["explanation"]["structured"] if fit["field"] == "budget")
        assert (budget["asked"], budget["offered"]) == ([None, "15"], ["12", "20"])


@pytest.mark.parametrize("who", ["anybody", "other"])
def test_what_the_caller_may_not_see_is_hidden(services, bases, who):
    caller = ANYBODY if who == "anybody" else _member(services, ASKS)
    second, first = _listed(services, bases, caller)
    shown = BaseOut.of(second, caller)
    assert (shown.organisation, shown.external_id, shown.district) == (None, None, None)
    assert BaseOut.of(first, caller).organisation.name == RUNS
    assert BaseOut.of(second, _member(services, RUNS)).external_id == "ZS-2"
    for seen in (BaseOut.of(first, caller), shown):
        assert (seen.contact, seen.originals) == (None, None)
    with services.database.read() as session, pytest.raises(NotFound, match="没有这条中试基地"):
        services.records[bases].get(session, _base(services, "ZS-3", bases).id, caller)
    # Nor does a filter, a search or a match tell.
    west = RecordFilter(district="云西区")
    assert not _listed(services, bases, caller, west)
    assert len(_listed(services, bases, OPERATOR, west)) == 1
    assert not Asking(services).for_text(TEXT, bases, caller, 5, west).results
    found = Asking(services).for_text(TEXT, bases, caller, 5, ALL).results
    assert {each.record.external_id for each in found} == {"ZS-1", None}
    with services.database.read() as session:
        (pair,) = services.matches.for_pairs(session, _need(services), [second], ANYBODY)
    (district,) = (fit for fit in pair.explanation.structured if fit.field is Condition.DISTRICT)
    assert (district.asked, district.offered, district.agreement) == (None, None, "unknown")


def test_its_texts_are_reviewed_and_do_not_name_who_hides(services, bases):
    owner, records = _member(services, RUNS), services.records[bases]
    first, second = (_base(services, number, bases) for number in ("ZS-1", "ZS-2"))
    changed = change_record(services.database, records, first.id, {"ability": "可做除氟膜的中试。"}, "*", owner)
    assert changed.status == Status.SUBMITTED
    named = change_record(
        services.database, records, second.id, {"ability": f"由{RUNS}运营，可做中试。"}, "*", OPERATOR
    )
    assert named.status == Status.DRAFT


def test_organisations_upload_what_is_theirs(services, bases, tmp_path):
    with services.database.write() as session:
        OrganisationRepository(session).ensure("云澜大学（示例）", OrganisationKind.UNIVERSITY)
    enterprise, university = _member(services, RUNS), _member(services, "云澜大学（示例）", Role.UNIVERSITY)
    file = tmp_path / "基地.csv"
    for kind, caller, told in (
        (RecordKind.ACHIEVEMENTS, enterprise, "只能导入需求、中试基地"),
        (bases, university, "只能导入成果"),
    ):
        with file.open("rb") as content, pytest.raises(InvalidInput, match=told):
            submit(services.database, services.imports, content, file.name, kind, caller)
    with file.open("rb") as content:
        assert submit(services.database, services.imports, content, file.name, bases, enterprise).kind == NAME
