"""Commands say in Chinese what is wrong, on standard error, and end with the code for it."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.core.settings import PROJECT_ROOT

pytestmark = pytest.mark.real_model


@pytest.fixture
def data(seeded_settings, monkeypatch):
    """A seeded data directory that the commands use."""
    monkeypatch.setenv("SHUANGXU_DATA_DIR", str(seeded_settings.data_dir))
    return seeded_settings.data_dir


def _run(*arguments):
    return CliRunner().invoke(cli, list(arguments))


def _failed(done, code, *words):
    assert done.exit_code == code, (done.output, done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit), repr(done.exception)
    for word in words:
        assert word in done.stderr, done.stderr
    assert "Traceback" not in done.output


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org", ""])
def test_serve_refuses_to_listen_beyond_this_machine(data, host):
    done = _run("serve", "--host", host)
    _failed(done, 1, "TLS", "127.0.0.1")
    assert done.stdout == ""
    assert not (data / "operator.key").exists()


def test_the_key_is_its_owners_alone(data):
    shown = _run("key", "--json")
    assert shown.exit_code == 0
    file = data / "operator.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(shown.stdout)["key"] == file.read_text("utf-8").strip()
    assert _run("key").stdout.strip() == file.read_text("utf-8").strip()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_can_read_is_refused(data, mode):
    _run("key")
    (data / "operator.key").chmod(mode)
    done = _run("key")
    _failed(done, 1, "chmod 600")
    assert "sx_" not in done.output


@pytest.mark.parametrize("content", ["", "sx", "别的内容"])
def test_a_damaged_key_is_refused(data, content):
    file = data / "operator.key"
    file.write_text(content, "utf-8")
    file.chmod(0o600)
    _failed(_run("key"), 1, "内容不完整")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "没有.csv", "--kind", "needs"], ["文件无法读取", "没有.csv"]),
        (["match"], ["二者只取其一"]),
        (["match", "XQ-coal-01", "--text", "又写文字"], ["二者只取其一"]),
        (["match", "--text", "……"], ["只有符号"]),
        (["search", ""], ["不能为空"]),
        (["search", "煤" * 20_001], ["最多 20000 个字符"]),
        (["evaluate", "没有.tsv", "--needs", "没有.jsonl"], ["判定文件无法读取"]),
        (["evaluate", str(PROJECT_ROOT / "seed_data/qrels.tsv"), "--needs", "没有.jsonl"], ["没有.jsonl", "无法读取"]),
    ],
    ids=lambda each: ascii(each[0])[:16],
)
def test_what_cannot_be_done_is_said(data, arguments, words):
    done = _run(*arguments)
    _failed(done, 1, *words)
    assert done.stdout == ""


def test_with_json_an_error_is_one_object_too(data):
    done = _run("match", "没有这个编号", "--json")
    _failed(done, 1, "没有这个编号")
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "not_found"
    assert "没有这个编号" in error["detail"]


def test_a_text_is_matched_without_being_stored(data):
    done = _run("match", "--text", "循环水发黑，浓缩机跑浑", "--top-k", "2", "--json")
    assert done.exit_code == 0
    assert [each["rank"] for each in json.loads(done.stdout)["results"]] == [1, 2]


@pytest.mark.parametrize("arguments", [["search", "瓦斯抽采"], ["match", "XQ-coal-01"], ["check"], ["reindex"]])
def test_people_are_answered_in_chinese(data, arguments):
    done = _run(*arguments)
    assert done.exit_code == 0
    assert sum("一" <= character <= "龥" for character in done.stdout) >= 8


@pytest.mark.parametrize(
    "arguments",
    [["import", "x.csv"], ["import", "x.csv", "--kind", "experts"], ["search", "煤", "--top-k", "0"],
     ["search", "煤", "--target", "x"], ["nosuchcommand"], ["serve", "--port", "0"], ["seed", "--nosuch"]],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_ends_with_two(data, arguments):
    assert _run(*arguments).exit_code == 2


def test_a_difference_between_index_and_database_fails_the_check(data):
    newest = max(folder for folder in (data / "index").iterdir() if folder.is_dir())
    damaged = max((file for file in newest.rglob("*") if file.is_file()), key=lambda file: file.stat().st_size)
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.write_bytes(content)
    done = _run("check", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["ok"] is False
    assert _run("reindex", "--json").exit_code == 0
    assert _run("check", "--json").exit_code == 0


def test_a_model_that_is_not_there_is_named(data, monkeypatch):
    shutil.rmtree(data / "index")
    (data / "shuangxu.db").unlink()
    monkeypatch.setenv("SHUANGXU_MODEL", str(data / "没有的模型"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    _failed(_run("init"), 1, "没有的模型", "SHUANGXU_MODEL")
