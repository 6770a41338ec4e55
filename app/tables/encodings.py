"""Turn the bytes of a text file into text, whatever program wrote them."""

from collections.abc import Callable

from app.tables.limits import Unreadable

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decode(data: bytes, note: Callable[[str], None]) -> str:
    """Turn bytes into text: by the byte order mark, as strict UTF-8, line by line, then by likelihood.

    Trying GB18030 first would read any Big5 file, wrongly and without an error. Files that were
    pasted together are mostly UTF-8 with lines of GBK; `note` is told what was done about them.

    Raises:
        Unreadable: with the remedy.
    """
    from charset_normalizer import from_bytes

    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable("文件内容与其编码标记不符，可能已损坏，请重新导出后再导入。") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        mixed = _mostly_utf8(data, note)
        if mixed is not None:
            return mixed
        best = from_bytes(data, cp_isolation=["gb18030", "big5", "utf_16"]).best()
    if best is None:
        raise Unreadable("无法识别文件的文字编码，请用 Excel 或 WPS 另存为“CSV UTF-8”后再导入。")
    return str(best)


def _mostly_utf8(data: bytes, note: Callable[[str], None]) -> str | None:
    """Return a text of which more than half of the lines that tell are UTF-8; None for any other.

    A line of Chinese in GBK is hardly ever valid UTF-8.
    """
    lines = data.split(b"\n")
    telling = [at for at, line in enumerate(lines) if not line.isascii()]
    texts = [_utf8(line) for line in lines]
    foreign = [at for at in telling if texts[at] is None]
    if 2 * len(foreign) >= len(telling):
        return None
    numbers = "、".join(str(at + 1) for at in foreign[:10])
    note(f"第 {numbers} 行的文字编码与别的行不同，或有残缺，已尽量读出，请核对这些行。")
    return "\n".join(text if text is not None else _foreign(lines[at]) for at, text in enumerate(texts))


def _utf8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _foreign(line: bytes) -> str:
    """Return a line that is not UTF-8: one that was cut within its last character, or GBK."""
    for missing in range(1, 4):
        start = _utf8(line[:-missing])
        if start is not None and not start.isascii():
            return start + "\ufffd"
    return line.decode("gb18030", errors="replace")
