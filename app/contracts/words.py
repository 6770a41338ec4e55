"""What choices about contracts are called."""

from collections.abc import Mapping

from app.models import AdjustmentKind, BatchState, ContractKind, RowOutcome

KINDS: Mapping[str, str] = {
    ContractKind.DEVELOPMENT: "技术开发",
    ContractKind.TRANSFER: "技术转让",
    ContractKind.LICENCE: "技术许可",
    ContractKind.CONSULTING: "技术咨询",
    ContractKind.SERVICE: "技术服务",
}
ADJUSTMENTS: Mapping[str, str] = {
    AdjustmentKind.CORRECTION: "更正",
    AdjustmentKind.REFUND: "退款",
    AdjustmentKind.CANCELLATION: "撤销登记",
}
BATCH_STATES: Mapping[str, str] = {
    BatchState.PREVIEWED: "待确认",
    BatchState.TAKEN: "已写入",
    BatchState.DISCARDED: "已放弃",
}
OUTCOMES: Mapping[str, str] = {
    RowOutcome.CREATED: "新增",
    RowOutcome.UNCHANGED: "已在台账，无变化",
    RowOutcome.DIFFERS: "编号已有，内容不同",
    RowOutcome.REJECTED: "未导入",
}
SIDES: Mapping[str, str] = {"absorbed": "吸纳（买方在市内）", "output": "输出（卖方在市内）"}
