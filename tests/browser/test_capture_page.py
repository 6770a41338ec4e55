"""Capturing an achievement: pasted, looked over, kept; how long that takes is printed."""

import sys
import time

import pytest
from playwright.sync_api import expect

from app.core.caller import Role

FOUND = """钢渣微粉碳化养护制备透水砖技术
成果简介：以转炉钢渣微粉为胶凝组分，压制成型后在18%浓度二氧化碳烟气中养护24 h，制得透水砖。
抗压强度达到48 MPa，透水系数0.03 cm/s。
完成单位：云澜理工大学（示例）
关键词：钢渣、碳化养护、透水砖
所处阶段：中试
合作方式：技术许可
应用领域：非金属矿物制品业
联系方式：0000-7654321
详见 https://example.cn/achievements/12 。"""


def _paste(page, text):
    """Put a text into the field that has the focus, as pasting does."""
    page.evaluate(
        "text => { const field = document.activeElement;"
        " field.dispatchEvent(new ClipboardEvent('paste', {bubbles: true})); field.value = text;"
        " field.dispatchEvent(new InputEvent('input', {bubbles: true})); }",
        text,
    )


@pytest.mark.main_path
def test_a_liaison_captures_in_under_a_minute(visit, capsys):
    window = visit(Role.LIAISON)
    page = window.open("/captures?title=透水砖强度提升&terms=钢渣,碳化,膜分离")
    expect(page.get_by_text("正在为“透水砖强度提升”找成果")).to_be_visible()
    begun = time.monotonic()
    expect(page.get_by_label("原文")).to_be_focused()
    _paste(page, FOUND)
    expect(page.get_by_text("已填好，请核对")).to_be_visible()
    expect(page.get_by_label("成果名称")).to_have_value("钢渣微粉碳化养护制备透水砖技术")
    expect(page.get_by_label("持有单位")).to_have_value("云澜理工大学（示例）")
    expect(page.get_by_label("网址")).to_have_value("https://example.cn/achievements/12")
    expect(page.get_by_label("成熟度")).to_have_value("6")
    expect(page.locator("#industry-count")).to_have_text("非金属矿物制品业")
    expect(page.locator("[data-term].good")).to_have_text(["✓ 钢渣", "✓ 碳化"])
    # The focus is where something is missing.
    expect(page.get_by_label("来源")).to_be_focused()
    page.keyboard.type("云澜理工大学官网（示例）")
    window.inspect("capture")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已保存“钢渣微粉碳化养护制备透水砖技术”")).to_be_visible()
    seconds = time.monotonic() - begun
    with capsys.disabled():
        sys.stdout.write(f"\ncaptured without a click in {seconds:.1f} s, checks and pictures included\n")
    expect(page.locator("#last")).to_contain_text("钢渣微粉碳化养护制备透水砖技术")
    expect(page.get_by_label("原文")).to_be_focused()
    expect(page.get_by_label("原文")).to_have_value("")
    # The same again is noticed; the place it was found at is remembered.
    expect(page.get_by_label("来源")).to_have_value("云澜理工大学官网（示例）")
    _paste(page, FOUND)
    expect(page.locator("#known")).to_contain_text("文字重合 100%")
    window.inspect("capture-known")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销")).to_be_visible()


def test_what_is_missing_is_said_beside_its_field(visit):
    page = visit(Role.LIAISON).open("/captures")
    page.get_by_role("button", name="提取各项").click()
    expect(page.get_by_text("先粘贴文字")).to_be_visible()
    page.get_by_label("原文").fill("！！！")
    page.get_by_role("button", name="提取各项").click()
    expect(page.locator("#proposing")).to_contain_text("没有可检索的文字")
    page.get_by_label("原文").fill("废水零排放装备。")
    page.get_by_label("来源").fill("展会（示例）")
    page.get_by_label("成果名称").fill("废水零排放装备")
    page.get_by_label("成果简介").fill("蒸发结晶实现废水零排放。")
    page.get_by_label("价格上限").fill("很多")
    page.get_by_role("button", name="保存成果").click()
    expect(page.get_by_role("alert")).to_contain_text("有几处需要修改")
    expect(page.get_by_label("价格上限")).to_have_attribute("aria-invalid", "true")


def test_only_staff_capture(visit):
    expect(visit(Role.UNIVERSITY).open("/captures").get_by_role("heading", level=1)).to_have_text("没有权限")
