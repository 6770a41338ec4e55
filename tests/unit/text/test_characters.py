"""Characters meet where words do not."""

import pytest

from matching.text.analysis import LexicalField, lexical_terms
from matching.text.segment import characters
from matching.types import Document


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("锂电池", ["锂", "电", "池"]),
        ("PLC控制柜v2.0", ["plc", "控", "制", "柜", "v2.0"]),
        ("水泵，风机", ["水", "泵", "风", "机"]),
        ("，。", []),
        ("", []),
    ],
)
def test_chinese_goes_one_by_one_and_latin_whole(text: str, parts: list[str]) -> None:
    assert characters(text) == parts


def test_titles_alone_are_taken_apart() -> None:
    terms = lexical_terms(Document("1", "锂电池回收", "水泵节能"))
    assert terms[LexicalField.TITLE_CHARACTERS] == list("锂电池回收")
