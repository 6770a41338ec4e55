"""Commands of judgements, weight sets, clarity and common needs."""

import json
from importlib.resources import files

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.core.caller import OPERATOR
from app.core.settings import Settings
from app.services import build_services
from matching.ranking.weights import load_weights
from tests.asking import record_called

pytestmark = pytest.mark.real_model


@pytest.fixture
def run(seeded_settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHUANGXU_DATA_DIR", str(seeded_settings.data_dir))

    def command(*arguments: str):
        return CliRunner().invoke(cli, list(arguments))

    return command


def test_judgements_of_a_file_are_taken_once_and_bad_lines_are_named(run, tmp_path, seeded_settings) -> None:
    file = tmp_path / "研判.tsv"
    lines = ("XQ-food-02\tCG-coal-01\t1", "XQ-food-02\t没有的编号\t2", "XQ-food-02\tCG-coal-01\t7", "一列", "")
    file.write_text("need\tachievement\tgrade\n" + "\n".join(lines), "utf-8")
    first = json.loads(run("judge", str(file), "--json").stdout)
    assert (first["taken"], first["unchanged"]) == (1, 0)
    assert [each["line"] for each in first["errors"]] == [3, 4, 5]
    assert "没有的编号" in first["errors"][0]["message"]
    again = run("judge", str(file))
    assert again.exit_code == 0
    assert "未变 1 条" in again.stdout
    assert "第 4 行" in again.stdout
    services = build_services(seeded_settings)
    with services.database.read() as session:
        need = record_called(services, "needs", "XQ-food-02")
        judges = [each.judge for each in services.judgements.of_need(session, need.id, OPERATOR)]
    services.database.close()
    assert judges.count("研判.tsv") == 1
    assert {"judgements-first-pass.tsv", "judgements-second-pass.tsv"} <= set(judges)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"need\tachievement\tgrade\nx\ty\t1\n"])
def test_a_file_without_a_judgement_fails_in_chinese(run, tmp_path, content) -> None:
    file = tmp_path / "坏.tsv"
    file.write_bytes(content)
    done = run("judge", str(file))
    assert done.exit_code == 1


def test_weight_sets_are_listed_used_and_taken_back(run, seeded_settings) -> None:
    shipped = load_weights().version
    assert json.loads(run("weights", "--json").stdout) == {"active": shipped, "versions": [shipped]}
    services = build_services(seeded_settings)
    sets = services.gateway.weight_sets
    content = json.loads(files("matching.ranking").joinpath(f"weights/{shipped}.json").read_text("utf-8"))
    version = sets.add(content)
    services.database.close()
    assert json.loads(run("weights", "--use", version, "--json").stdout)["active"] == version
    assert "* " + version in run("weights").stdout
    assert json.loads(run("weights", "--take-back", "--json").stdout)["active"] == shipped
    assert run("weights", "--take-back").exit_code == 1
    assert run("weights", "--use", "没有").exit_code == 1
    assert run("weights", "--use", version, "--take-back").exit_code == 1


def test_clarity_and_common_needs_are_shown(run) -> None:
    clear = json.loads(run("clarity", "XQ-food-02", "--json").stdout)
    assert 0 <= clear["score"] <= 1
    assert "清晰度" in run("clarity", "XQ-food-02").stdout
    groups = json.loads(run("common", "--json").stdout)["items"]
    assert groups
    assert all(group["enterprises"] >= 2 for group in groups)
    assert "还没有" in run("common", "--min-enterprises", "90").stdout
