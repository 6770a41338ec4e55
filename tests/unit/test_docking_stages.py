"""The table of stages, the page that is printed from it, and what files are taken for."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.caller import Role
from app.core.settings import PROJECT_ROOT
from app.dockings.file_types import TYPES, type_of
from app.dockings.files import clean_name
from app.dockings.outcome import CLOSED
from app.dockings.stage_document import stage_document
from app.dockings.stages import (
    CLOSE_REASONS,
    OPEN,
    STAGES,
    STEPS,
    TEAMS,
    Taker,
    Way,
    may_close,
    may_reopen,
    step_between,
    steps_from,
)
from app.models import CloseReason, DockingStage, Team

ORDER = (*OPEN, DockingStage.LANDED)


def test_the_page_is_printed_from_the_table():
    page = (PROJECT_ROOT / "docs" / "dockings.md").read_text("utf-8")
    assert page == stage_document(), "print it anew: app.dockings.stage_document.stage_document()"


def test_every_choice_has_a_word_and_every_reason_a_decision():
    assert set(STAGES) == set(DockingStage)
    assert set(CLOSE_REASONS) == set(CloseReason) == set(CLOSED)
    assert set(TEAMS) == set(Team)


def test_steps_go_on_or_one_back_and_pilot_alone_is_skipped():
    for (start, end), step in STEPS.items():
        if step.way is Way.BACK:
            skipped = (start, end) == (DockingStage.SIGNED, DockingStage.NEGOTIATING)
            assert ORDER.index(start) - ORDER.index(end) == (2 if skipped else 1), (start, end)
            assert step.needs_note
        elif step.way is Way.ON:
            skipped = (start, end) == (DockingStage.NEGOTIATING, DockingStage.SIGNED)
            by_agreement = step.takers == {Taker.AGREEMENT}
            assert ORDER.index(end) - ORDER.index(start) == (2 if skipped or by_agreement else 1), (start, end)
    # Whoever is at a stage before the last may go on, and whoever is beyond the first may go back.
    for stage in ORDER:
        ways = {step.way for step in steps_from(stage, Role.LIAISON)}
        assert (Way.ON in ways) == (stage is not DockingStage.LANDED)
        assert (Way.BACK in ways) == (stage is not DockingStage.RECOMMENDED)


def test_only_open_ones_are_closed_and_only_to_where_they_were_reopened():
    for stage in DockingStage:
        assert may_close(stage, Role.ADMIN) == (stage in OPEN)
        for other in (*DockingStage, None):
            assert may_reopen(stage, other, Role.LIAISON) == (stage is DockingStage.CLOSED and other in OPEN)


@given(
    st.sampled_from(DockingStage), st.sampled_from([role for role in Role if role not in {Role.ADMIN, Role.LIAISON}])
)
def test_others_than_staff_take_no_step(stage, role):
    assert steps_from(stage, role) == []
    assert not may_close(stage, role)
    assert not may_reopen(DockingStage.CLOSED, stage, role)


def test_agreement_moves_nothing_but_what_comes_before_it():
    moved = {start for start in DockingStage if step_between(start, DockingStage.INTERESTED, Taker.AGREEMENT)}
    assert moved == {DockingStage.RECOMMENDED, DockingStage.CONTACTED}


def _office(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return stream.getvalue()


CONTENTS = {
    "pdf": b"%PDF-1.7\n...",
    "png": b"\x89PNG\r\n\x1a\n....",
    "jpeg": b"\xff\xd8\xff\xe0....",
    "docx": _office("[Content_Types].xml", "word/document.xml"),
    "xlsx": _office("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": _office("[Content_Types].xml", "ppt/presentation.xml"),
    "text": "检测报告：抗压强度 42.6 MPa".encode("gb18030"),
}
REFUSED = {
    "macros": _office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "an archive": _office("a.txt"),
    "two at once": _office("[Content_Types].xml", "word/document.xml", "xl/workbook.xml"),
    "a broken archive": b"PK\x03\x04nothing more",
    "an old document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a program": b"MZ\x90\x00\x03\x00",
    "nothing": b"",
}


@pytest.mark.parametrize("name", CONTENTS)
def test_files_are_told_by_their_bytes(tmp_path, name):
    file = tmp_path / "file"
    file.write_bytes(CONTENTS[name])
    assert type_of(file) == TYPES[name]


@pytest.mark.parametrize("name", REFUSED)
def test_files_that_are_not_kept(tmp_path, name):
    file = tmp_path / "file"
    file.write_bytes(REFUSED[name])
    assert type_of(file) is None


@given(st.text(max_size=400))
def test_names_of_files_are_one_visible_line_without_folders(name):
    shown = clean_name(name)
    assert shown
    assert len(shown) <= 150
    assert not {"/", "\\", "\x00", "\n", "\u202e"} & set(shown)
    assert clean_name(shown) == shown


def test_the_ending_of_a_long_name_stays():
    assert clean_name("长" * 300 + ".pdf").endswith("长.pdf")
    assert clean_name("C:\\资料\\报告\u202efdp.exe") == "报告fdp.exe"
