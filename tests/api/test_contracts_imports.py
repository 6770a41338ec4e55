"""The registration office's workbooks: untidy, hostile, known already, and taken at once or not at all."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.core.identifiers import new_id

PATH = "/api/v1/contracts/imports"
HEADER = [
    "合同登记编号", "合同名称", "合同类别", "合同成交额（万元）", "技术交易额（万元）", "签订日期", "登记日期",
    "受让方名称", "买方地区", "出让方", "卖方地区",
]  # fmt: skip
# Unlike any real contract's.
STAMP = new_id()[-6:].upper()


@pytest.fixture(scope="module")
def seeded_settings(seeded_settings):
    """Without a worker inside the server, which looks for jobs once a second."""
    return seeded_settings.model_copy(update={"worker": False})


@pytest.fixture(scope="module", autouse=True)
def places(client, operator):
    """The counties and parks of the city."""
    body = {"city": "云澜市", "places": "矿南区：装备园\n青石县\n高新区"}
    assert client.patch("/api/v1/board/settings", json=body, headers=operator | {"If-Match": "*"}).status_code == 200


def number(at):
    return f"{STAMP}-{at:05}"


def row(at, **changed):
    cells = {
        "number": number(at), "title": f"尾矿干排技术开发{at}", "kind": "技术开发", "amount": "120.5",
        "technology": "100", "signed": "2026-03-01", "registered": "2026-03-09", "buyer": "云澜某矿（示例）",
        "buyer_region": "云澜市矿南区装备园", "seller": "外地研究院（示例）", "seller_region": "省城市",
    }  # fmt: skip
    return list((cells | changed).values())


def csv(rows, header=HEADER):
    quoted = [",".join(f'"{cell}"' for cell in each) for each in [header, *rows]]
    return "\n".join(quoted).encode()


def xlsx(sheets):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    sheet.write(at, column, value)
    return stream.getvalue()


@pytest.fixture(scope="module")
def preview(client, operator):
    """Hand a workbook in; return what was understood, and the rows."""

    def made(content, name="台账.csv", **fields):
        answer = client.post(PATH, files={"file": (name, content)}, data=fields, headers=operator)
        assert answer.status_code == 201, answer.text
        batch = answer.json()
        rows = client.get(f"{PATH}/{batch['id']}/rows", headers=operator).json()["items"]
        return batch, rows

    return made


@pytest.fixture(scope="module")
def take(client, operator):
    """Take a workbook into the ledger."""

    def made(batch):
        return client.post(f"{PATH}/{batch['id']}/take", headers=operator)

    return made


@pytest.fixture(scope="module")
def ledger(client, operator):
    """Return the contracts whose number or name contains a text."""

    def found(text):
        return client.get("/api/v1/contracts", params={"q": text, "limit": 100}, headers=operator).json()["items"]

    return found


def test_nothing_is_written_before_it_is_taken(preview, take, ledger, client, operator):
    batch, rows = preview(csv([row(1), row(2, amount="=1+1", technology="1")]))
    assert [each["outcome"] for each in rows] == ["created", "rejected"]
    assert (batch["state"], batch["created"], batch["rejected"], batch["amount_wan"]) == ("previewed", 1, 1, "120.5")
    assert ledger(number(1)) == []
    taken = take(batch)
    assert taken.status_code == 200, taken.text
    assert taken.json()["state"] == "taken"
    (made,) = ledger(number(1))
    assert (made["buyer_local"], made["buyer_district"], made["buyer_park"]) == (True, "矿南区", "装备园")
    assert (made["seller_local"], made["seller_district"]) == (False, "省城市")
    assert (made["kind"], made["signed_on"], made["registered_on"]) == ("development", "2026-03-01", "2026-03-09")
    shown = client.get(f"{PATH}/{batch['id']}/rows", headers=operator).json()["items"]
    assert shown[0]["contract_id"] == made["id"]


def test_the_same_file_again_changes_nothing(preview, take, ledger, refused):
    content = csv([row(3), row(4)])
    assert take(preview(content)[0]).status_code == 200
    batch, rows = preview(content)
    assert [each["outcome"] for each in rows] == ["unchanged"] * 2
    assert batch["unchanged"] == 2
    refused(take(batch), 409)
    assert len(ledger(number(3))) == 1


def test_a_known_number_with_other_contents_is_refused_with_what_differs(preview, take, ledger):
    take(preview(csv([row(5)]))[0])
    changed = row(5, amount="130", registered="2026-03-10", buyer_region="青石县")
    _, (found,) = preview(csv([changed]))
    assert found["outcome"] == "differs"
    told = {each["column"]: each["message"] for each in found["errors"]}
    assert set(told) == {"合同成交额（万元）", "登记日期", "买方地区"}
    assert "120.5" in told["合同成交额（万元）"]
    assert "130" in told["合同成交额（万元）"]
    assert "登记调整" in told["合同成交额（万元）"]
    assert "矿南区" in told["买方地区"]
    assert ledger(number(5))[0]["amount_wan"] == "120.5"


def test_a_number_twice_in_a_file_counts_once(preview, take, ledger):
    batch, rows = preview(csv([row(6), row(6), row(6, amount="121")]))
    assert [each["outcome"] for each in rows] == ["created", "unchanged", "differs"]
    assert "第 2 行" in rows[2]["errors"][0]["message"]
    assert take(batch).status_code == 200
    assert len(ledger(number(6))) == 1


CELLS = [
    ({"number": ""}, "合同登记编号", "missing"),
    ({"number": "2.02634E+15"}, "合同登记编号", "shortened"),
    ({"title": " "}, "合同名称", "missing"),
    ({"kind": "租赁"}, "合同类别", "unknown_kind"),
    ({"kind": ""}, "合同类别", "missing"),
    ({"amount": "约120"}, "合同成交额（万元）", "not_exact"),
    ({"amount": "-120"}, "合同成交额（万元）", "negative"),
    ({"amount": "100-120"}, "合同成交额（万元）", "not_an_amount"),
    ({"amount": "面议"}, "合同成交额（万元）", "not_exact"),
    ({"amount": "1.2E+05"}, "合同成交额（万元）", "shortened"),
    ({"amount": "120.12345678"}, "合同成交额（万元）", "too_fine"),
    ({"amount": "#REF!"}, "合同成交额（万元）", "broken_formula"),
    ({"amount": "99999999"}, "合同成交额（万元）", "less_than"),
    ({"technology": ""}, "技术交易额（万元）", "missing"),
    ({"technology": "121"}, "", "range"),
    ({"signed": "去年"}, "签订日期", "not_a_date"),
    ({"registered": "2026年3月"}, "登记日期", "no_day"),
    ({"registered": "2026-02-30"}, "登记日期", "not_a_date"),
    ({"registered": "2099-01-01"}, "登记日期", "range"),
    ({"registered": "2026-02-01"}, "", "range"),
    ({"buyer": "名" * 201}, "受让方名称", "string_too_long"),
    ({"buyer_region": "省城", "seller_region": "外省"}, "卖方地区", "nowhere"),
    ({"seller_region": "", "seller": "库里没有的单位"}, "卖方地区", "missing"),
]


def test_each_wrong_cell_is_told_with_its_column_and_remedy(preview, take, refused):
    rows = [row(100 + at, **changed) for at, (changed, _, _) in enumerate(CELLS)]
    batch, found = preview(csv(rows))
    assert len(found) == len(CELLS)
    for each, (changed, column, code) in zip(found, CELLS, strict=True):
        assert each["outcome"] == "rejected", (changed, each)
        assert (column, code) in {(error["column"], error["code"]) for error in each["errors"]}, (changed, each)
        assert all(any(ord(letter) > 0x4DFF for letter in error["message"]) for error in each["errors"])
    assert batch["rejected"] == len(CELLS)
    refused(take(batch), 409)


def test_refused_rows_go_back_in_their_own_layout_and_can_be_mended(client, operator, preview, take, ledger):
    header = ["序号", *HEADER]
    good, bad = ["1", *row(200)], ["2", *row(201, amount="大约")]
    batch, _ = preview(csv([good, bad], header))
    take(batch)
    answer = client.get(f"{PATH}/{batch['id']}/report.xlsx", headers=operator)
    cells = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert cells[0][: len(header)] == header
    assert [each[: len(bad)] for each in cells[1:]] == [bad]
    assert "合同成交额（万元）" in cells[1][len(bad)]
    cells[1][4] = "88"
    cells[1][5] = "80"
    again, rows = preview(xlsx({"改好的": cells}), "改好的.xlsx")
    assert [each["outcome"] for each in rows] == ["created"]
    assert take(again).status_code == 200
    assert ledger(number(201))[0]["amount_wan"] == "88"


def test_units_come_from_the_header_the_line_above_or_the_choice(preview):
    def amounts(content, **fields):
        batch, rows = preview(content, **fields)
        return [each["amount_wan"] for each in rows], batch["notes"]

    yuan = [name.replace("万元", "元") for name in HEADER]
    assert amounts(csv([row(300, amount="1205000.01", technology="1000000")], yuan))[0] == ["120.500001"]
    bare = [name.replace("（万元）", "") for name in HEADER]
    said, notes = amounts(csv([row(301)], bare))
    assert said == ["120.5"]
    assert any("按万元读取" in note for note in notes)
    said, notes = amounts(csv([row(302, amount="1,205,000元", technology="1000000")], bare), unit="yuan")
    assert said == ["120.5"]
    above = csv([row(303, amount="1205000", technology="1000000")], bare).decode()
    said, notes = amounts(f'"技术合同登记台账"\n"单位：元"\n{above}'.encode())
    assert said == ["120.5"]
    assert not any("没有写单位" in note for note in notes)


def test_untidy_workbooks_are_understood(preview):
    names = ["合同编号", "项目名称", "合同类型", "合同成交额", "其中：技术交易额", "签订日期", "登记日期"]
    cells = ["２０２６－甲－1", "名称里有\n换行和 空格", "技术服务合同", 120.1 + 0.2, "１００", 46082, 46090]
    book = {
        "封面": [["云澜市技术合同登记台账"], ["2026 年一季度"]],
        "一月": [
            ["技术合同登记台账"],
            ["", "", "", "成交金额（万元）", "", "时间", "", "买方", "", "卖方", ""],
            [*names, "名称", "地区", "名称", "地区"],
            [*cells, "甲方单位", "青石县", "乙方单位", "外省"],
            ["", "", "", "", "", "", "", "", "", "", ""],
            ["合计", "", "", 120.3, "", "", "", "", "", "", ""],
        ],
    }
    batch, rows = preview(xlsx(book), "台账.xlsx")
    assert [each["outcome"] for each in rows] == ["created", "rejected"]  # the line of totals is no contract
    assert (rows[0]["registration_number"], rows[0]["amount_wan"], rows[0]["row"]) == ("2026-甲-1", "120.3", 4)
    assert any("封面" in note for note in batch["notes"])
    assert batch["tables"][0]["sheet"] == "一月"


def test_files_of_other_encodings_are_read(preview):
    content = csv([row(400)]).decode().encode("gb18030")
    _, (found,) = preview(content, "台账GBK.csv")
    assert (found["outcome"], found["title"]) == ("created", "尾矿干排技术开发400")
    tabs = csv([row(401)]).decode().replace(",", "\t").encode("utf-16")
    assert preview(tabs, "台账.tsv")[1][0]["outcome"] == "created"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "空.csv"),
        (b"\x00\x01\x02", "坏.csv"),
        (b"PK\x03\x04broken", "坏.xlsx"),
        (b"<html></html>", "网页.xlsx"),
        ("姓名,电话\n甲,1".encode(), "别的表.csv"),
        (b"%PDF-1.4", "合同.pdf"),
        ('"合同登记编号,没有关上\n'.encode(), "引号.csv"),
    ],
)
def test_what_is_no_ledger_is_refused_with_a_remedy(client, operator, refused, content, name):
    answer = client.post(PATH, files={"file": (name, content)}, headers=operator)
    assert refused(answer, 422)["code"] == "unreadable_file"


def test_a_workbook_that_would_fill_the_memory_is_refused(client, operator, refused):
    bomb = xlsx({"表": [["合同登记编号"]]})
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet().write("XFD1048576", "很远")
    assert len(stream.getvalue()) < 20_000
    assert len(bomb) < 20_000
    refused(client.post(PATH, files={"file": ("远.xlsx", stream.getvalue())}, headers=operator), 422)


def test_formulas_and_markup_stay_text(client, operator, preview, take, ledger):
    nasty = '=HYPERLINK(""http://x"")<script>alert(1)</script>'
    batch, _ = preview(csv([row(500, title=nasty), row(501, title=nasty, amount="=cmd|1")]))
    assert take(batch).status_code == 200
    assert ledger(number(500))[0]["title"] == nasty.replace('""', '"')
    page = client.get(f"/contracts/import/{batch['id']}", headers=operator).text
    assert "<script>alert" not in page
    report = client.get(f"{PATH}/{batch['id']}/report.xlsx", headers=operator).content
    cells = CalamineWorkbook.from_filelike(io.BytesIO(report)).get_sheet_by_index(0).to_python()
    assert cells[1][3] == "=cmd|1"


def test_it_is_taken_once_whoever_presses_first(preview, take, ledger):
    batch, _ = preview(csv([row(600), row(601)]))
    with ThreadPoolExecutor(4) as pool:
        answers = sorted(each.status_code for each in pool.map(lambda _: take(batch), range(4)))
    assert answers == [200, 409, 409, 409]
    assert len(ledger(number(600))) == len(ledger(number(601))) == 1


def test_what_was_entered_meanwhile_is_not_entered_again(client, operator, preview, take, ledger):
    first, _ = preview(csv([row(610), row(611)]))
    second, _ = preview(csv([row(611, amount="130"), row(612)]))
    assert take(first).status_code == 200
    taken = take(second).json()
    assert (taken["created"], taken["differs"]) == (1, 1)
    assert ledger(number(611))[0]["amount_wan"] == "120.5"


def test_a_discarded_workbook_is_over(client, operator, preview, take, refused):
    batch, _ = preview(csv([row(620)]))
    assert client.delete(f"{PATH}/{batch['id']}", headers=operator).status_code == 204
    refused(take(batch), 409)
    refused(client.delete(f"{PATH}/{batch['id']}", headers=operator), 409)
    refused(client.get(f"{PATH}/{new_id()}", headers=operator), 404)


def test_the_same_request_again_is_the_same_preview(client, operator, refused):
    headers = operator | {"Idempotency-Key": new_id()}
    content = csv([row(630)])
    first, second = (client.post(PATH, files={"file": ("a.csv", content)}, headers=headers) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    other = csv([row(631)])
    refused(client.post(PATH, files={"file": ("a.csv", other)}, headers=headers), 409)


def test_many_rows_are_taken_in_one_go_and_logged(client, operator, preview, take, ledger):
    batch, _ = preview(csv([row(10_000 + at) for at in range(1500)]))
    assert batch["created"] == 1500
    assert take(batch).status_code == 200
    entries = client.get("/api/v1/audit", params={"object_id": batch["id"]}, headers=operator).json()["items"]
    assert [each["action"] for each in entries] == ["contract.import", "contract_batch.create"]
    assert entries[0]["after"]["rows"] == 1500
    assert len(ledger(number(11_499))) == 1
