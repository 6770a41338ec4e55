"""Relevance files: read, averaged, or refused with the number of the line."""

from pathlib import Path

import pytest

from matching.errors import QrelsError
from matching.evaluation.qrels import read_qrels

HEADER = "query\tdocument\tgrade\n"


def _file(tmp_path: Path, text: str | bytes) -> Path:
    file = tmp_path / "qrels.tsv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_grades_are_read_by_query_and_document(tmp_path: Path) -> None:
    text = HEADER + "需求1\t成果1\t4\n需求1\t成果2\t1.5\n需求2\t成果1\t3\n"
    assert read_qrels(_file(tmp_path, text)) == {"需求1": {"成果1": 4, "成果2": 1.5}, "需求2": {"成果1": 3}}


@pytest.mark.parametrize("text", [HEADER, "", "\ufeff" + HEADER])
def test_a_file_without_judgements_is_empty(tmp_path: Path, text: str) -> None:
    assert read_qrels(_file(tmp_path, text)) == {}


def test_byte_order_mark_blank_lines_and_windows_ends_do_no_harm(tmp_path: Path) -> None:
    text = "\ufeff" + HEADER.replace("\n", "\r\n") + "q\td\t4\r\n\r\nq\te\t1\r\n"
    assert read_qrels(_file(tmp_path, text)) == {"q": {"d": 4, "e": 1}}


def test_repeated_judgements_are_averaged(tmp_path: Path) -> None:
    assert read_qrels(_file(tmp_path, HEADER + "q\td\t4\nq\td\t3\nq\td\t1\n")) == {"q": {"d": pytest.approx(8 / 3)}}


def test_quotes_are_part_of_an_id(tmp_path: Path) -> None:
    assert read_qrels(_file(tmp_path, HEADER + 'q"\t"d\t2\n')) == {'q"': {'"d': 2}}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("q\td", "2 columns"),
        ("q\td\t3\tx", "4 columns"),
        ("q d 3", "1 columns"),
        ("q\td\t强", "'强'"),
        ("q\td\t", "''"),
        ("q\td\t0.9", "outside"),
        ("q\td\t5", "outside"),
        ("q\td\tnan", "outside"),
        ("q\td\tinf", "outside"),
        (f"{'q' * 200_000}\td", ""),
    ],
    ids=["two", "four", "one", "word", "nothing", "low", "high", "nan", "inf", "very long"],
)
def test_a_bad_line_is_refused_with_its_number(tmp_path: Path, line: str, reason: str) -> None:
    text = HEADER + "q\ta\t4\n\nq\tb\t2\n" + line + "\nq\tc\t1\n"
    with pytest.raises(QrelsError) as refused:
        read_qrels(_file(tmp_path, text))
    assert refused.value.line == 5
    assert str(refused.value).startswith("line 5: ")
    assert reason in str(refused.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", HEADER.encode() + "q\t需求\t3\n".encode("gbk")])
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "none.tsv" if content is None else _file(tmp_path, content)
    with pytest.raises(QrelsError, match=path.name):
        read_qrels(path)
