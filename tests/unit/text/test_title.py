"""The core of a title: what it is about, without how titles begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text.title import title_core


@pytest.mark.parametrize(
    ("title", "core"),
    [
        ("海上风机叶片除冰关键技术研究", "海上风机叶片除冰"),
        ("海上风机叶片除冰技术研究与应用", "海上风机叶片除冰"),
        ("一种海上风机叶片除冰方法", "海上风机叶片除冰"),
        ("基于红外成像的管道检漏研究", "红外成像的管道检漏"),
        ("关于污泥脱水工艺的改进", "污泥脱水"),
        ("新型储氢罐研制及产业化", "储氢罐"),
        ("污泥脱水", "污泥脱水"),
        ("关键技术研究", "关键技术"),
        ("新技术", "新技术"),
        ("一种", "一种"),
        ("", ""),
    ],
)
def test_boilerplate_goes_and_the_matter_stays(title: str, core: str) -> None:
    assert title_core(title) == core


@given(st.text(st.sampled_from("一种基于关风机除冰的与及其技术研究应用项目需求ABC"), max_size=25))
def test_a_core_is_part_of_its_title_and_never_shorter_than_three(title: str) -> None:
    core = title_core(title)
    assert core in title
    assert len(core) >= min(3, len(title))


def test_of_many_endings_only_so_many_go() -> None:
    assert title_core("风机除冰" + "研究" * 30).startswith("风机除冰研究")
