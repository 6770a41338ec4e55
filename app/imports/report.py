"""Workbooks that go back to the uploader: rejected rows with the reason beside each, and an empty template."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.core.sheets import Sheet, workbook_of
from app.imports.columns import FIELD_NAMES
from app.imports.report_columns import REASON, ROW
from app.models import RecordKind, Upload, UploadRow

# Headers of the template and of exports, and a row that shows how they are filled.
TEMPLATE: dict[RecordKind, tuple[tuple[str, str, str], ...]] = {
    RecordKind.ACHIEVEMENTS: (
        ("external_id", "成果编号", "CG-2026-001"),
        ("title", "成果名称", "低温余热驱动的吸附式制冷机组（示例，请删去本行）"),
        ("summary", "成果简介", "用60～90℃余热驱动硅胶水吸附床制冷，8 kW样机连续运行1200 h，性能系数0.52。"),
        ("keywords", "关键词", "余热利用；吸附制冷；硅胶"),
        ("indicators", "技术指标", "驱动热源60～90℃；性能系数≥0.5"),
        ("industries", "应用行业", "34；通用设备制造业"),
        ("chains", "产业链", "先进制造"),
        ("discipline", "所属领域", "动力工程"),
        ("maturity", "成熟度", "中试"),
        ("ip", "知识产权", "发明专利2项"),
        ("cooperation_modes", "合作方式", "许可；作价入股"),
        ("price", "拟转让价格（万元）", "80-120"),
        ("origin", "来源", "local"),
        ("district", "县区", ""),
        ("contact", "联系方式", "只给双方同意后的对方看"),
        ("visibility", "可见范围", "public"),
        ("valid_until", "有效期至", "2027-12-31"),
    ),
    RecordKind.NEEDS: (
        ("external_id", "需求编号", "XQ-2026-001"),
        ("title", "需求名称", "铝型材挤压模具寿命偏低（示例，请删去本行）"),
        (
            "description",
            "需求描述",
            "6063铝型材挤压，H13模具平均挤压12 t即拉伤，希望提高到25 t以上，不改变现有氮化炉。",
        ),
        ("indicators", "技术指标", "单模挤压量≥25 t；氮化层深0.12～0.18 mm"),
        ("need_class", "需求类别", "joint"),
        ("industries", "所属行业", "33；金属制品业"),
        ("chains", "产业链", "新材料"),
        ("maturity", "最低成熟度", "中试"),
        ("cooperation_modes", "合作方式", "委托开发"),
        ("price", "预算（万元）", "50-80"),
        ("deadline", "期望完成日期", "2027-06-30"),
        ("district", "县区", ""),
        ("contact", "联系方式", "只给双方同意后的对方看"),
        ("visibility", "可见范围", "anonymous"),
        ("valid_until", "有效期至", "2027-12-31"),
    ),
}


def report(upload: Upload, rejected: Sequence[UploadRow]) -> bytes:
    """Return an .xlsx of the rejected rows in the uploader's own columns, a sheet for each of theirs.

    Mended and uploaded again, the added columns are passed over.
    """
    sheets = []
    for at, table in enumerate(upload.tables):
        rows = [row for row in rejected if row.table == at]
        if rows or len(upload.tables) == 1:
            header = [column["header"] for column in table["columns"]]
            name = table["sheet"] or "未导入的行"
            sheets.append(Sheet(name, [*header, REASON, ROW], _rows(rows, len(header))))
    return workbook_of(sheets or [Sheet("未导入的行", [REASON, ROW], [])])


def _rows(rows: Iterable[UploadRow], width: int) -> list[list[Any]]:
    return [
        [*_padded(row.cells or [], width), "；".join(_told(each) for each in row.errors), row.number] for row in rows
    ]


def _told(error: dict[str, str]) -> str:
    return f"{error['column']}：{error['message']}" if error["column"] else error["message"]


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def template(kind: RecordKind) -> bytes:
    """Return an .xlsx with the headers of a kind, one row that shows how, and what each column means."""
    columns = TEMPLATE[kind]
    guide = [[header, FIELD_NAMES[field], _HINTS.get(field, "")] for field, header, _ in columns]
    return workbook_of(
        [
            Sheet("填写", [header for _, header, _ in columns], [[example for _, _, example in columns]]),
            Sheet("说明", ["列", "含义", "怎样填"], guide),
        ]
    )


_HINTS = {
    "external_id": "本单位内唯一；下次导入按它更新，不填则按名称",
    "title": "必填，200 字以内",
    "summary": "必填：做什么、怎么做、对象、结果，写出数字",
    "description": "必填：现状、问题、要达到的效果、使用条件，写出数字；匿名发布时不要写企业名称",
    "keywords": "用分号隔开",
    "industries": "国民经济行业名称或代码，用分号隔开",
    "maturity": "实验室、小试、中试、产业化，或 TRL 1 至 9",
    "price": "如 120、80-120、面议",
    "origin": "local 市内，outside 市外",
    "visibility": "成果：public 公开、registered 登录可见、liaison 仅情报员；"
    "需求：anonymous 匿名、public 公开、liaison 仅情报员",
    "valid_until": "如 2027-12-31",
    "deadline": "如 2027-06-30",
    "need_class": "joint 产业链协同攻关，common_key 关键共性技术，basic 应用基础研究",
}
