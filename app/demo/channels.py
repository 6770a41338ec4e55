"""What the demo shows of channels: one that was delivered and answered, with a lead, and a catalogue of topics."""

import csv
import io
from collections.abc import Mapping

from app.channels.packages import Wanted
from app.channels.schemas import TemplateName
from app.channels.service import ChannelService
from app.channels.transactions import make_package, take_responses
from app.core.caller import Caller
from app.core.database import Database
from app.core.parts import Parts

_LINE = "云澜市双需对接专班（示例） 0000-1234567"
_LEAD = (
    "我们有一条同类产线的改造经验：去年在两家企业各装了一套，投用后停机由每班 40 min 降到 8 min。"
    "想先看现场工况和近三个月的检修记录，可以免费做一次诊断（示例）。"
)


def make_demo(parts: Parts, callers: Mapping[str, Caller]) -> None:
    """Make illustrative channels; `callers` are the demo's accounts by e-mail."""
    liaison = callers["liaison@demo.example"]
    channels = parts[ChannelService]
    database = parts[Database]
    with database.write() as session:
        made = channels.create(session, {"template": TemplateName.LINGYANG_NEEDS, "contact_line": _LINE}, liaison)
    package = make_package(database, channels.packages, Wanted(made.id), liaison)
    with database.write() as session:
        channels.packages.deliver(session, made.id, package.id, "平台批次 LY-示例-01", liaison)
        items, _ = channels.items(session, made.id, None, None, 6, liaison)
    answers, name = _answers([each.code for each in items]), "羚羊平台审核结果（示例）.csv"
    take_responses(database, channels.responses, made.id, answers, name, liaison, dry_run=False)
    with database.write() as session:
        channels.create(session, {"template": TemplateName.TOPICS, "contact_line": _LINE}, liaison)


def _answers(codes: list[str]) -> io.BytesIO:
    """Return a platform's table: accepted but for one that lacks figures, and one that somebody asks about."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["外部编号", "平台编号", "审核结果", "退回原因", "详情链接", "留言内容", "意向单位", "联系电话"])
    for number, code in enumerate(codes, start=1):
        link = f"https://lingyang.example/demand/{1000 + number}"
        row = [code, f"LY{1000 + number}", "审核通过", "", link, "", "", ""]
        if number == len(codes):
            row[2:5] = ["审核不通过", "请补充现有设备型号和可量化的验收指标", ""]
        elif number == 1:
            row[5:] = [_LEAD, "云澜智能装备技术服务中心（示例）", "示例工程师 0000-7654321"]
        writer.writerow(row)
    return io.BytesIO(stream.getvalue().encode("gb18030"))
