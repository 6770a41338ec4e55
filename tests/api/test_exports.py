"""What an organisation put in comes out again, and goes in again unchanged."""

import io

import pytest
from python_calamine import CalamineWorkbook

from app.core.caller import Role

pytestmark = pytest.mark.worker

EXPORTS = "/api/v1/exports"


@pytest.fixture(scope="module")
def university(account, client):
    one, headers = account(Role.UNIVERSITY, "云澜导出大学（示例）")
    for number, title in enumerate(
        ("=cmd|' /C calc'!A0", "＝HYPERLINK 注入", "带钢表面缺陷检测", "钢包底吹氩控制"), start=1
    ):
        body = {
            "external_id": f"E-{number}", "title": title, "summary": "-1 起头的正文，检出率98%（示例）。",
            "keywords": ["缺陷", "检测"], "industries": ["31"], "maturity": 6, "stage": "中试",
            "price_min_wan": "30", "price_max_wan": "50.5", "contact": "@某老师", "ip": ["专利1项"],
        }  # fmt: skip
        assert client.post("/api/v1/achievements", json=body, headers=headers).status_code == 201
    return one, headers


@pytest.mark.parametrize("form", ["xlsx", "jsonl"])
def test_what_came_out_goes_in_unchanged(client, university, send, form):
    answer = client.get(f"{EXPORTS}/achievements", params={"form": form}, headers=university[1])
    assert answer.status_code == 200
    found = send(answer.content, f"导出.{form}", university[1])
    assert (found["created"], found["updated"], found["unchanged"], found["rejected"]) == (0, 0, 4, 0), found


def test_no_cell_is_a_formula(client, university):
    content = client.get(f"{EXPORTS}/achievements", headers=university[1]).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][1] == "=cmd|' /C calc'!A0"
    text = client.get(f"{EXPORTS}/achievements", params={"form": "csv"}, headers=university[1]).content.decode("utf-8")
    assert text.startswith("\ufeff成果编号,成果名称")
    cells = [cell.strip('"') for line in text.splitlines()[1:] for cell in line.split(",")]
    assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in cells)
    assert "'=cmd|' /C calc'!A0" in cells


def test_cerif_names_products_and_their_organisation(client, university):
    found = client.get(f"{EXPORTS}/achievements", params={"form": "cerif"}, headers=university[1]).json()
    assert [unit["Name"][0]["#text"] for unit in found["OrgUnit"]] == ["云澜导出大学（示例）"]
    product = next(each for each in found["Product"] if each["Title"][0]["#text"] == "带钢表面缺陷检测")
    assert product["ext:priceWan"] == {"min": "30", "max": "50.5"}
    assert product["OriginatesFrom"][0]["OrgUnit"]["@id"] == found["OrgUnit"][0]["@id"]
    assert client.get(f"{EXPORTS}/needs", params={"form": "cerif"}, headers=university[1]).status_code == 422


def test_nobody_takes_out_what_is_anothers(client, account, university, operator):
    other = account(Role.UNIVERSITY)
    whose = {"organisation": university[0].organisation_id, "form": "jsonl"}
    assert client.get(f"{EXPORTS}/achievements", params=whose, headers=other[1]).status_code == 404
    assert client.get(f"{EXPORTS}/achievements", params={"form": "jsonl"}, headers=other[1]).text == ""
    assert len(client.get(f"{EXPORTS}/achievements", params=whose, headers=operator).text.splitlines()) == 4
    told = client.get("/api/v1/audit", params={"action": "achievements.export"}, headers=operator).json()["items"]
    assert told[0]["after"]["rows"] == 4
