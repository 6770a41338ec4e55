"""Nothing of an enterprise that hides is in a package: every byte of every part is looked at.

The forty texts that name their enterprise, and their organisations, are those by which the finder is judged.
"""

import io
import json
import zipfile
from pathlib import Path

import pytest

from app.core.caller import Role
from app.models import OrganisationKind
from app.organisations.repository import OrganisationRepository

CHANNELS = "/api/v1/channels"
GOLDEN = Path(__file__).parents[1] / "golden"
ORGANISATIONS = json.loads((GOLDEN / "self_naming_organisations.json").read_text("utf-8"))
TEXTS = [json.loads(line) for line in (GOLDEN / "self_naming.jsonl").read_text("utf-8").splitlines()]
NAMING = [each for each in TEXTS if each["gives_away"]]
CODES = {key: f"91410{number:03}MA3X12345Y"[:18] for number, key in enumerate(ORGANISATIONS)}
CONTACT = "示例联系人 0000-9988776"
FORMATS = ("xlsx", "csv_utf8", "csv_gbk", "jsonl")
COLUMNS = [
    {"target": name, "source": source}
    for name, source in (
        ("编号", "code"), ("标题", "title"), ("详情", "description"), ("指标", "indicators"), ("企业", "organisation"),
        ("地区", "district"), ("行业", "industry_names"), ("预算", "amount"), ("联系", "contact_line"),
    )
]  # fmt: skip


def _channel(client, operator, chain, **fields):
    wanted = {"name": "示例平台", "kind": "needs", "columns": COLUMNS, "selection": {"chains": [chain]}} | fields
    answer = client.post(CHANNELS, json=wanted, headers=operator)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def _package(client, operator, id, **body):
    answer = client.post(f"{CHANNELS}/{id}/packages", json=body, headers=operator)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    content = client.get(f"{CHANNELS}/{id}/packages/{made['id']}/file", headers=operator).content
    return made, content


def _inflated(content, form):
    """Return all parts of a file with their names, decoded, and what is outside of the parts."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    encoding = "gbk" if form == "csv_gbk" else "utf-8"
    parts = {each.filename: archive.read(each).decode(encoding) for each in archive.infolist()}
    extra = b"".join(each.extra + each.comment for each in archive.infolist()) + archive.comment
    return parts, extra


def _known(fields, key):
    """Return what an organisation is known by: names, people, addresses, numbers."""
    single = [fields.get(name) for name in ("name", "address", "legal_person", "district", "park")]
    several = [each for name in ("aliases", "brands", "phones") for each in fields.get(name, [])]
    return [each for each in (*single, *several, CODES[key], CONTACT) if each]


@pytest.fixture(scope="module")
def organisations(client):
    with client.app.state.database.write() as session:
        for key, fields in ORGANISATIONS.items():
            own = OrganisationRepository(session).ensure(fields["name"], OrganisationKind.ENTERPRISE)
            own.credit_code = CODES[key]
            for name, value in fields.items():
                if name != "name":
                    setattr(own, name, value)
    return ORGANISATIONS


@pytest.fixture(scope="module")
def posted(create, organisations):
    """The forty, as their enterprises had them published here: they read the findings and accepted them."""
    made = []
    for number, each in enumerate(NAMING):
        fields = organisations[each["organisation"]]
        record = create(
            "needs", title=f"第{number}项工艺改进", description=each["text"], organisation=fields["name"],
            district=fields["district"], contact=CONTACT, visibility="anonymous", disclosures_accepted=True,
            chains=["四十条"], external_id=f"{fields['name'][:6]}-{number}",
        )  # fmt: skip
        assert record["status"] == "published"
        made.append(record)
    return made


@pytest.mark.parametrize("form", FORMATS)
def test_texts_that_certainly_name_their_enterprise_are_in_no_package(client, operator, posted, form):
    """34 of the 40 are held back; 6 get through: 2 that are hints only, 4 that take knowledge of the world."""
    made, content = _package(client, operator, _channel(client, operator, "四十条", format=form))
    parts, extra = _inflated(content, form)
    inside = "\n".join(parts.values())
    sent = [each for each in NAMING if json.dumps(each["text"], ensure_ascii=False)[1:-1][:20] in inside]
    assert (made["added"], made["held"]) == (6, 34)
    assert [each["found"] for each in sent] == ["hint", "missed", "missed", "hint", "missed", "missed"]
    assert {each["way"] for each in sent} == {"initials", "nickname", "landmark", "rank", "prize", "split_name"}
    for each in NAMING:
        if each["found"] == "certain":
            assert each["text"] not in inside
            assert not any(name in inside for name in each["gives_away"])
    for key, fields in ORGANISATIONS.items():
        for known in _known(fields, key):
            assert known not in inside, known
            assert known.encode() not in content
            assert known.encode("gb18030") not in content
    assert extra == b"", "nothing between the parts"
    for record in posted:
        assert record["id"] not in inside
        assert (record["external_id"] or "none") not in inside


def test_with_hints_held_back_four_get_through(client, operator, posted):
    made, _ = _package(client, operator, _channel(client, operator, "四十条", format="jsonl", hold_hints=True))
    assert (made["added"], made["held"]) == (4, 36)


def test_a_file_tells_nothing_of_who_made_it_or_when(client, operator, posted):
    made, content = _package(client, operator, _channel(client, operator, "四十条"))
    parts, _ = _inflated(content, "xlsx")
    core = parts["docProps/core.xml"]
    assert "<dc:creator></dc:creator>" in core
    assert "<cp:lastModifiedBy></cp:lastModifiedBy>" in core
    assert "2000-01-01" in core
    assert made["created_at"][:10] not in core
    assert "<Company></Company>" in parts["docProps/app.xml"]
    _, content = _package(client, operator, _channel(client, operator, "四十条", format="jsonl"))
    times = {each.date_time for each in zipfile.ZipFile(io.BytesIO(content)).infolist()}
    assert times == {(2000, 1, 1, 0, 0, 0)}


def test_a_name_that_is_added_later_takes_the_need_down(client, operator, create, account, refused):
    owner, headers = account(Role.ENTERPRISE, "云澜更名厂（示例）")
    record = create(
        "needs", title="琢玉坊的抛光线", description="抛光粉单耗 3 kg/m²，希望降到 2 kg/m²（示例）。",
        organisation="云澜更名厂（示例）", visibility="anonymous", chains=["更名"],
    )  # fmt: skip
    id = _channel(client, operator, "更名", format="jsonl")
    made, content = _package(client, operator, id)
    assert "琢玉坊" in _inflated(content, "jsonl")[0]["1-add.jsonl"]
    path = f"/api/v1/organisations/{owner.organisation_id}"
    version = client.get(path, headers=operator).headers["ETag"]
    answer = client.patch(path, json={"brands": ["琢玉坊"]}, headers=operator | {"If-Match": version})
    assert answer.status_code == 200, answer.text
    # A package that waits may no longer be taken out.
    told = refused(client.get(f"{CHANNELS}/{id}/packages/{made['id']}/file", headers=operator), 409)
    assert "1 条" in told["detail"]
    # It was uploaded all the same: then the next one takes it down, by its code alone.
    assert client.post(f"{CHANNELS}/{id}/packages/{made['id']}/deliver", json={}, headers=operator).status_code == 200
    found = client.get(f"{CHANNELS}/{id}/differences", headers=operator).json()
    assert (found["removed"], found["held"]) == (1, 1)
    assert "琢玉坊" in found["held_items"][0]["reasons"][0]
    made, content = _package(client, operator, id)
    parts, _ = _inflated(content, "jsonl")
    assert list(parts) == ["1-remove.jsonl"]
    assert "琢玉坊" not in parts["1-remove.jsonl"]
    assert "云澜更名" not in parts["1-remove.jsonl"]
    # The owner reads why; nobody else does.
    own = client.get(f"/api/v1/needs/{record['id']}/publications", headers=headers).json()
    assert own["held"] == ["名称：“琢玉坊”出现了品牌，请改为产品的通用名称"]
    other = account(Role.ENTERPRISE)[1]
    assert client.get(f"/api/v1/needs/{record['id']}/publications", headers=other).status_code == 404
    assert client.get(f"/needs/{record['id']}/publications", headers=other).status_code == 404


def test_a_need_that_becomes_anonymous_comes_back_as_a_stranger(client, operator, create):
    name = "云澜隐名厂（示例）"
    record = create(
        "needs", title="铸件抛光线降耗", description="抛光粉单耗 3 kg/m²，希望降到 2 kg/m²（示例）。",
        organisation=name, visibility="public", chains=["改公开方式"], district="青石县",
    )  # fmt: skip
    id = _channel(client, operator, "改公开方式", format="jsonl")

    def sent():
        made, content = _package(client, operator, id)
        assert client.post(f"{CHANNELS}/{id}/packages/{made['id']}/deliver", json={}, headers=operator).is_success
        (part,) = _inflated(content, "jsonl")[0].items()
        (item,) = client.get(f"{CHANNELS}/{id}/items", headers=operator).json()["items"]
        return (*part, item["code"])

    part, text, first = sent()
    assert part == "1-add.jsonl"
    assert name in text
    path = f"/api/v1/needs/{record['id']}"
    version = client.get(path, headers=operator).headers["ETag"]
    assert client.patch(path, json={"visibility": "anonymous"}, headers=operator | {"If-Match": version}).is_success
    found = client.get(f"{CHANNELS}/{id}/differences", headers=operator).json()
    assert (found["added"], found["changed"], found["removed"]) == (0, 0, 1)
    assert "新编号" in found["removed_items"][0]["reasons"][0]
    part, text, code = sent()
    assert (part, code) == ("1-remove.jsonl", first)
    assert first in text
    part, text, code = sent()
    assert part == "1-add.jsonl"
    assert code in text
    for secret in (first, name, "青石县"):
        assert secret not in text
    assert client.get(f"{CHANNELS}/{id}/differences", headers=operator).json()["unchanged"] == 1


def test_needs_for_liaisons_and_hidden_achievements_never_go(client, operator, create):
    create("needs", visibility="liaison", chains=["不公开"])
    create("needs", status="submitted", chains=["不公开"])
    create("needs", valid_until="2020-01-01", chains=["不公开"])
    id = _channel(client, operator, "不公开")
    assert client.get(f"{CHANNELS}/{id}/differences", headers=operator).json()["added"] == 0
    for visibility in ("registered", "liaison"):
        create("achievements", visibility=visibility, chains=["不公开"])
    columns = [{"target": "编号", "source": "code"}, {"target": "名称", "source": "title"}]
    id = _channel(client, operator, "不公开", kind="achievements", columns=columns)
    assert client.get(f"{CHANNELS}/{id}/differences", headers=operator).json()["added"] == 0


def test_a_selection_by_district_takes_no_need_that_hides_its_district(client, operator, create):
    open_need = create("needs", district="东河县", chains=["分县"])
    create("needs", district="东河县", visibility="anonymous", chains=["分县"])
    id = _channel(client, operator, "分县", selection={"chains": ["分县"], "districts": ["东河县"]})
    found = client.get(f"{CHANNELS}/{id}/differences", headers=operator).json()
    assert [each["record_id"] for each in found["added_items"]] == [open_need["id"]]


def test_what_staff_write_for_all_rows_may_not_name_an_enterprise(client, operator, create, organisations):
    name = organisations["zuanshi"]["name"]
    record = create(
        "needs", title="微粉分级", description="微粉分级收率不到12%（示例）。", organisation=name, chains=["固定"],
        visibility="anonymous",
    )  # fmt: skip
    constant = {"target": "来源", "source": "constant", "constant": "恒砺公司等企业 0554-1234567"}
    id = _channel(client, operator, "固定", columns=[*COLUMNS, constant], contact_line="情报所 0554-1234567")
    found = client.get(f"{CHANNELS}/{id}/differences", headers=operator).json()
    assert found["held_items"][0]["record_id"] == record["id"]
    assert found["held_items"][0]["reasons"] == ["通道的列“来源”：“恒砺”是这家企业的名称等信息，请改列的设置"]


def test_more_may_be_left_out_than_the_public_view_leaves_out(client, operator, create):
    create("needs", organisation="云澜公开厂（示例）", district="东河县", chains=["再隐"], budget_max_wan="50")
    left = ["organisation", "district", "amount"]
    id = _channel(client, operator, "再隐", format="jsonl", left_out=left)
    _, content = _package(client, operator, id)
    (line,) = _inflated(content, "jsonl")[0]["1-add.jsonl"].splitlines()
    row = json.loads(line)
    assert (row["企业"], row["地区"], row["预算"]) == ("", "", "")
    assert row["标题"]
