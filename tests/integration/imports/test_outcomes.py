"""What becomes of rows in the database: created, updated, unchanged, rejected."""

import pytest
from sqlalchemy import select

from app.core.caller import ANYBODY, OPERATOR, Caller, Role
from app.imports.local import import_here
from app.imports.submission import submit
from app.jobs.worker import Worker
from app.kinds.table import KINDS
from app.kinds.visibility import RecordFilter
from app.models import Achievement, Change, Need, Organisation, RecordKind, Vector
from app.records.repository import RecordRepository
from app.records.transactions import change_record
from app.search.check import check_index
from tests.asking import Asking, written

HEADER = "成果编号,成果名称,成果简介,关键词,成熟度,所在县区\n"
FIRST = (
    HEADER
    + "甲-1,磁选柱精选,磁选柱提高铁精矿品位（示例）。,磁选、精选,中试,东区\n甲-2,高压辊磨,辊磨破碎（示例）。,,,\n"
)


def _counts(report):
    return report.created, report.updated, report.unchanged, report.rejected


def _state(services):
    """Return everything that an import may have touched."""
    with services.database.read() as session:
        vectors = session.execute(select(Vector.record_id, Vector.part, Vector.content_hash)).all()
        changes = session.scalars(select(Change.sequence)).all()
        versions = session.execute(select(Achievement.id, Achievement.version, Achievement.updated_at)).all()
    return sorted(vectors), list(changes), sorted(versions)


def _records(services, model=Achievement):
    with services.database.read() as session:
        return {record.external_id or record.title: record for record in session.scalars(select(model))}


def test_new_rows_are_created_and_found(services, run, csv_file):
    report = run(csv_file(FIRST))
    assert _counts(report) == (2, 0, 0, 0)
    assert (report.rows_total, report.rows_done) == (2, 2)
    assert check_index(services.database, services.gateway) == {}
    kind = Achievement.__tablename__
    found = Asking(services).for_text("磁选柱精选", kind, ANYBODY, 5, RecordFilter())
    assert found.results[0].record.external_id == "甲-1"


def test_the_same_file_again_changes_and_encodes_nothing(services, run, csv_file):
    run(csv_file(FIRST))
    before = _state(services)
    assert _counts(run(csv_file(FIRST))) == (0, 0, 2, 0)
    assert _counts(run(csv_file(FIRST, "gbk", name="另一种编码.csv"))) == (0, 0, 2, 0)
    assert _state(services) == before


@pytest.mark.parametrize(("dry_run", "text"), [(False, "辊磨破碎"), (True, "辊磨破碎"), (False, "辊磨细碎")])
def test_of_records_that_were_withdrawn_it_is_said_that_they_stay_so(services, run, csv_file, dry_run, text):
    run(csv_file(FIRST))
    records = services.records[RecordKind.ACHIEVEMENTS]
    written(services.database, records.withdraw, _records(services)["甲-2"].id, "*", OPERATOR)
    report = run(csv_file(FIRST.replace("辊磨破碎", text)), dry_run=dry_run)
    (warning,) = report.warnings
    assert (warning.row, warning.code, warning.value) == (3, "withdrawn", "高压辊磨")
    assert "重新提交" in warning.message
    assert (report.withdrawn, report.restored) == (1, 0)
    assert _records(services)["甲-2"].status == "withdrawn"


def _found(services, text):
    found = Asking(services).for_text(text, Achievement.__tablename__, ANYBODY, 5, RecordFilter())
    return {each.record.external_id for each in found.results}


def _actions(services, record):
    with services.database.read() as session:
        entries = RecordRepository(session, KINDS[RecordKind.ACHIEVEMENTS]).history(record.id)
        return [entry.action.partition(".")[2] for entry in entries]


@pytest.mark.parametrize(
    ("text", "encoded", "actions"),
    [("辊磨破碎", 0, ["restore", "withdraw"]), ("辊磨细碎", 1, ["import", "restore", "withdraw"])],
)
def test_what_was_withdrawn_comes_back_where_that_is_wished(services, run, csv_file, text, encoded, actions):
    run(csv_file(FIRST))
    records = services.records[RecordKind.ACHIEVEMENTS]
    written(services.database, records.withdraw, _records(services)["甲-2"].id, "*", OPERATOR)
    assert "甲-2" not in _found(services, "高压辊磨")
    again = csv_file(FIRST.replace("辊磨破碎", text))
    state = _state(services)
    tried = run(again, dry_run=True, restore_withdrawn=True)
    assert _state(services) == state
    report = run(again, restore_withdrawn=True)
    for shown in (tried, report):
        assert (_counts(shown), shown.restored, shown.withdrawn) == ((0, 1, 1, 0), 1, 0)
        (warning,) = shown.warnings
        assert (warning.row, warning.code, warning.value) == (3, "restored", "高压辊磨")
    record = _records(services)["甲-2"]
    assert (record.status, record.version, record.summary) == ("published", 1 + len(actions), f"{text}（示例）。")
    assert _actions(services, record)[: len(actions)] == actions
    assert report.encoded == encoded
    assert check_index(services.database, services.gateway) == {}
    assert "甲-2" in _found(services, "高压辊磨")


def test_a_draft_that_was_withdrawn_comes_back_as_a_draft(services, run, csv_file):
    run(csv_file(FIRST))
    records = services.records[RecordKind.ACHIEVEMENTS]
    id = _records(services)["甲-2"].id
    change_record(services.database, records, id, {"status": "draft"}, "*", OPERATOR)
    written(services.database, records.withdraw, id, "*", OPERATOR)
    run(csv_file(FIRST), restore_withdrawn=True)
    assert _records(services)["甲-2"].status == "draft"


def test_what_would_name_its_enterprise_comes_back_as_a_draft_and_it_is_said(services, run, csv_file):
    owner = "云澜选矿装备有限公司"
    text = "需求编号,需求名称,需求描述,可见范围\n乙-1,浮选机改造,叶轮磨损快（示例）。,public\n"
    run(csv_file(text), "needs", organisation=owner)
    needs = services.records[RecordKind.NEEDS]
    id = _records(services, Need)["乙-1"].id
    named = {"description": f"{owner}的浮选机叶轮磨损快（示例）。"}
    change_record(services.database, needs, id, named, "*", OPERATOR)
    written(services.database, needs.withdraw, id, "*", OPERATOR)
    with services.database.write() as session:
        session.get(Need, id).visibility = "anonymous"
    report = run(
        csv_file("需求编号,需求名称,需求描述\n乙-1,浮选机改造,\n"), "needs", organisation=owner, restore_withdrawn=True
    )
    assert _records(services, Need)["乙-1"].status == "draft"
    assert {"restored", "self_naming"} <= {each.code for each in report.warnings}


def _submit(services, file, caller, **wishes):
    with file.open("rb") as content:
        return submit(
            services.database, services.imports, content, file.name, RecordKind.ACHIEVEMENTS, caller, **wishes
        )


def test_a_file_with_the_wish_is_not_taken_for_the_one_without_that_waits(services, csv_file):
    file = csv_file(FIRST)
    plain = _submit(services, file, OPERATOR).id
    assert _submit(services, file, OPERATOR).id == plain
    assert _submit(services, file, OPERATOR, restore_withdrawn=True).id != plain


def test_a_name_that_passed_to_another_organisation_gives_nothing_of_it_away(services, run, csv_file):
    """The uploader's right is their organisation's, not that of a name."""
    file, name = csv_file(FIRST), "云澜更名大学（示例）"
    run(file, organisation="云澜别家大学（示例）")
    records = services.records[RecordKind.ACHIEVEMENTS]
    id = _records(services)["甲-2"].id
    written(services.database, records.withdraw, id, "*", OPERATOR)
    with services.database.write() as session:
        session.add(mine := Organisation(name=name, kind="university"))
        session.flush()
        member = Caller(Role.UNIVERSITY, name="member@example.cn", organisation_id=mine.id)
    upload = _submit(services, file, member, restore_withdrawn=True)
    with services.database.write() as session:
        session.get(Organisation, mine.id).name = "云澜旧名大学（示例）"
        session.flush()
        session.get(Organisation, session.get(Achievement, id).organisation_id).name = name
    while services.parts[Worker].work_once(upload.job.lane):
        pass
    with services.database.read() as session:
        found = services.imports.get(session, upload.id, OPERATOR)
        added = session.scalars(select(Achievement).where(Achievement.organisation_id == mine.id)).all()
        other = session.get(Achievement, id)
    assert (found.job.state, found.created, found.restored, found.withdrawn) == ("succeeded", 2, 0, 0)
    assert {each.external_id for each in added} == {"甲-1", "甲-2"}
    assert (other.status, other.version) == ("withdrawn", 2)


def test_only_changed_rows_are_written(services, run, csv_file):
    run(csv_file(FIRST))
    before = _state(services)
    report = run(csv_file(FIRST.replace("辊磨破碎", "辊磨细碎")))
    assert _counts(report) == (0, 1, 1, 0)
    records = _records(services)
    assert (records["甲-1"].version, records["甲-2"].version) == (1, 2)
    assert records["甲-2"].summary == "辊磨细碎（示例）。"
    after = _state(services)
    assert len(after[1]) == len(before[1]) + 1
    title = {each for each in before[0] if each.part == 0}
    assert title <= set(after[0])
    assert check_index(services.database, services.gateway) == {}


def test_a_file_without_a_column_keeps_that_field(services, run, csv_file):
    run(csv_file(FIRST))
    report = run(csv_file("成果编号,成果名称,成果简介\n甲-1,磁选柱精选,新的简介（示例）。\n"))
    assert _counts(report) == (0, 1, 0, 0)
    record = _records(services)["甲-1"]
    assert record.summary == "新的简介（示例）。"
    assert (record.keywords, record.maturity, record.district) == (["磁选", "精选"], 6, "东区")


def test_an_empty_cell_keeps_the_stored_text(services, run, csv_file):
    run(csv_file(FIRST))
    run(csv_file("成果编号,成果名称,成果简介,所在县区\n甲-1,磁选柱精选,,西区\n"))
    record = _records(services)["甲-1"]
    assert record.district == "西区"
    assert record.summary == "磁选柱提高铁精矿品位（示例）。"


def test_rows_without_a_number_are_told_apart_by_owner_and_title(services, run, csv_file):
    text = "成果名称,成果简介\n跳汰机,跳汰选煤（示例）。\n"
    assert _counts(run(csv_file(text))) == (1, 0, 0, 0)
    assert _counts(run(csv_file(text.replace("跳汰机", " 跳 汰機 ").replace("选煤", "排矸")))) == (0, 1, 0, 0)
    assert _counts(run(csv_file(text), organisation="另一所大学（示例）")) == (1, 0, 0, 0)
    assert _counts(run(csv_file(text), organisation=None)) == (1, 0, 0, 0)


def test_good_rows_of_a_mixed_file_are_kept(services, run, csv_file):
    report = run(
        csv_file(FIRST + "甲-3,,没有名称,,,\n甲-1,磁选柱精选,同号不同文,,,\n甲-4,螺旋溜槽,重选（示例）。,,超高,\n")
    )
    assert _counts(report) == (3, 0, 0, 2)
    assert (report.rows_total, report.rows_done) == (5, 5)
    assert [(error.row, error.code) for error in report.row_errors] == [(4, "blank"), (5, "repeated")]
    assert [(warning.row, warning.column) for warning in report.warnings] == [(6, "成熟度")]
    assert set(_records(services)) == {"甲-1", "甲-2", "甲-4"}


def test_who_uploads_owns_the_rows(services, run, csv_file):
    run(csv_file("成果名称,成果简介,完成单位\n浮选柱,浮选（示例）。,别家大学（示例）\n"))
    with services.database.read() as session:
        owners = {record.organisation_id for record in session.scalars(select(Achievement))}
        assert session.scalars(select(Organisation.name)).all() == ["云澜导入大学（示例）"]
    run(csv_file("成果名称,成果简介\n浓缩机,浓缩（示例）。\n"))
    assert {record.organisation_id for record in _records(services).values()} == owners


def test_needs_are_anonymous_unless_the_file_says_otherwise(services, run, csv_file):
    header = "需求名称,需求描述,可见范围,预算,截止日期\n"
    rows = "除尘,除尘效率低（示例）。,,300到500万元,2027年6月\n降噪,噪声大（示例）。,public,面议,\n"
    assert _counts(run(csv_file(header + rows), "needs")) == (2, 0, 0, 0)
    needs = _records(services, Need)
    assert (needs["除尘"].visibility, needs["降噪"].visibility) == ("anonymous", "public")
    assert (needs["除尘"].budget_min_wan, needs["除尘"].budget_max_wan) == (300, 500)
    assert needs["除尘"].deadline.isoformat() == "2027-06-30"


def test_an_import_keeps_ranges_the_right_way_round(services, run, csv_file):
    run(csv_file("成果编号,成果名称,成果简介,价格\n甲-1,甲,乙,100-200\n"))
    report = run(csv_file("成果编号,成果名称,成果简介,意向价格下限\n甲-1,甲,乙,300\n"))
    record = _records(services)["甲-1"]
    assert record.price_min_wan <= record.price_max_wan
    assert report.rejected == 1


@pytest.mark.parametrize("rows", [1, 64, 65, 150])
def test_progress_counts_rows_that_are_stored(services, csv_file, rows):
    lines = "".join(f"{number},第{number}号刮板机,运煤（示例）。\n" for number in range(rows))
    seen = []

    def advance(report):
        with services.database.read() as session:
            seen.append((report.rows_done, len(session.scalars(select(Achievement.id)).all())))

    file = csv_file("成果编号,成果名称,成果简介\n" + lines)
    import_here(services.parts, file, RecordKind.ACHIEVEMENTS, OPERATOR, None, advance)
    assert [done for done, _ in seen] == [*range(0, rows, 64), rows]
    assert all(done == stored for done, stored in seen)
