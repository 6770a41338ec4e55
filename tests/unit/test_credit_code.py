"""统一社会信用代码 after GB 32100."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organisations.credit_code import ALPHABET, check_character, inner_check, normalise_credit_code


def _made(first: str, inner: str) -> str:
    """Return a code: eight characters in front, eight of the organisation, and both checks."""
    body = first + inner + inner_check(inner)
    return body + check_character(body)


_CODES = st.builds(
    _made,
    st.text(ALPHABET[:10], min_size=8, max_size=8),
    st.text(ALPHABET, min_size=8, max_size=8),
).filter(lambda code: set(code) <= set(ALPHABET))


def test_the_standards_own_arithmetic():
    # Worked by hand after clause 4.6: 9·1 + 1·3 + 3·9 + … modulo 31.
    first = "91340400MA2TEST0"
    total = sum(ALPHABET.index(c) * 3**i % 31 for i, c in enumerate((first.replace("S", "5") + "1")[:17]))
    assert ALPHABET.index(check_character(first.replace("S", "5") + "1")) == (31 - total % 31) % 31


@given(_CODES)
def test_a_code_is_taken_however_it_is_written(code):
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code.lower())
    assert normalise_credit_code(f" {wide[:4]} {wide[4:]} ") == code


@given(_CODES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(code, at, other):
    wrong = code[:at] + other + code[at + 1 :]
    if wrong != code:
        with pytest.raises(ValueError, match=r"位"):
            normalise_credit_code(wrong)


@given(_CODES, st.integers(0, 16))
def test_exchanged_neighbours_are_noticed(code, at):
    wrong = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    if wrong != code:
        with pytest.raises(ValueError, match="校验位"):
            normalise_credit_code(wrong)


@pytest.mark.parametrize(
    ("text", "told"), [("", "18 位"), ("9" * 17, "17 位"), ("I" + "1" * 17, "I"), ("一" * 18, "一")]
)
def test_what_is_no_code_is_told_why(text, told):
    with pytest.raises(ValueError, match=told):
        normalise_credit_code(text)
