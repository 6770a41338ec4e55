"""From which state to which: packages, the records in them, and leads. One table, for the service and the pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.models import ItemState, LeadState, PackageState


@dataclass(frozen=True, slots=True)
class Step:
    """A step that may be taken from some states to one.

    Attributes:
        word: what its button says.
        why: it happens.
    """

    word: str
    origins: frozenset[StrEnum]
    target: StrEnum
    why: str


def _step(word: str, origins: set[StrEnum], target: StrEnum, why: str) -> Step:
    return Step(word, frozenset(origins), target, why)


PACKAGE_STATES = {
    PackageState.PREPARED: "待交付",
    PackageState.DELIVERED: "已交付",
    PackageState.CANCELLED: "已取消",
}
PACKAGE_STEPS: Mapping[str, Step] = {
    "deliver": _step("标记已交付", {PackageState.PREPARED}, PackageState.DELIVERED, "情报员在平台上传完毕"),
    "cancel": _step("取消", {PackageState.PREPARED}, PackageState.CANCELLED, "还没有上传，不用了"),
}

ITEM_STATES = {
    ItemState.UNSENT: "未发布",
    ItemState.PREPARED: "待交付",
    ItemState.DELIVERED: "已交付",
    ItemState.ACCEPTED: "平台已采用",
    ItemState.REJECTED: "平台已退回",
    ItemState.REMOVED: "已撤下",
}
_THERE: set[StrEnum] = {ItemState.DELIVERED, ItemState.ACCEPTED, ItemState.REJECTED}
ITEM_STEPS: Mapping[str, Step] = {
    "prepare": _step("", {ItemState.UNSENT, ItemState.REMOVED}, ItemState.PREPARED, "写进了一个待交付的包"),
    "cancel": _step("", {ItemState.PREPARED}, ItemState.UNSENT, "包被取消，此前没有交付过"),
    "cancel_again": _step("", {ItemState.PREPARED}, ItemState.REMOVED, "包被取消，此前交付过又撤下了"),
    "deliver": _step("", {ItemState.PREPARED, *_THERE}, ItemState.DELIVERED, "包已交付"),
    "remove": _step("", _THERE, ItemState.REMOVED, "要求撤下的包已交付"),
    "accept": _step("", _THERE, ItemState.ACCEPTED, "回执写明通过、已上架"),
    "reject": _step("", _THERE, ItemState.REJECTED, "回执写明退回、不通过、平台下架"),
}

LEAD_STATES = {
    LeadState.NEW: "待处理",
    LeadState.DOCKED: "已转对接",
    LeadState.NOTED: "已处理",
    LeadState.DISMISSED: "不采用",
}
_NEW: set[StrEnum] = {LeadState.NEW}
LEAD_STEPS: Mapping[str, Step] = {
    "docking": _step("转为对接", _NEW, LeadState.DOCKED, "与库中另一方的记录建立对接"),
    "note": _step("记为已处理", _NEW, LeadState.NOTED, "已电话、走访等另行处理，写明经过"),
    "dismiss": _step("不采用", _NEW, LeadState.DISMISSED, "广告、重复或无关，写明原因"),
    "reopen": _step("重新打开", {LeadState.NOTED, LeadState.DISMISSED}, LeadState.NEW, "处理错了"),
}


def may(steps: Mapping[str, Step], verb: str, state: str) -> bool:
    """Say whether a step may be taken from a state."""
    return state in steps[verb].origins
