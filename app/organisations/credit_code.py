"""统一社会信用代码, after GB 32100-2015: 17 characters and one that checks them."""

import unicodedata

# I, O, S, V and Z are left out, as they look like digits.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = [pow(3, position, 31) for position in range(17)]
# Of the organisation code inside, characters 9 to 17, after GB 11714-1997.
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_INNER_CHECKS = "0123456789X"


def normalise_credit_code(text: str) -> str:
    """Return a credit code in capitals and half width.

    Raises:
        ValueError: it is none; the message says why, in Chinese.
    """
    code = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if len(code) != 18:
        raise ValueError(f"应为 18 位，现为 {len(code)} 位，请对照营业执照核对")
    wrong = [character for character in code if character not in _VALUES]
    if wrong:
        raise ValueError(f"不应含“{wrong[0]}”（没有 I、O、S、V、Z），请对照营业执照核对")
    if check_character(code[:17]) != code[17] or inner_check(code[8:16]) != code[16]:
        raise ValueError("校验位不符，可能有一位写错，请对照营业执照核对")
    return code


def check_character(first: str) -> str:
    """Return the check character of the first 17: 31 − Σ value × 3^position, modulo 31."""
    total = sum(_VALUES[character] * weight for character, weight in zip(first, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def inner_check(first: str) -> str:
    """Return the check character of an organisation code's first eight: 11 − Σ value × weight, modulo 11."""
    total = sum(int(character, 36) * weight for character, weight in zip(first, _INNER_WEIGHTS, strict=True))
    return _INNER_CHECKS[-total % 11]
