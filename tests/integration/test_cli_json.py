"""Commands as programs call them: one JSON object on standard output."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.core.settings import PROJECT_ROOT

pytestmark = pytest.mark.real_model

COMMAND = PROJECT_ROOT / ".venv" / "bin" / "shuangxu"
SEED = PROJECT_ROOT / "seed_data"
# Lines of judgements that are measured, among as few achievements: the whole of them is the ranking gate's.
JUDGED = 1 + 3 * 16
CSV = "成果编号,成果名称,成果简介\n令-1,皮带秤在线校准,用砝码链在线校准皮带秤（示例）。\n令-2,,没有名称\n"


def _shuangxu(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command here, where the model is loaded already."""
    done = CliRunner(env={"SHUANGXU_DATA_DIR": str(data)}).invoke(cli, arguments)
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def _installed(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as it is installed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHUANGXU_")}
    return subprocess.run(
        [COMMAND, *arguments],
        capture_output=True, text=True, timeout=300, check=False, cwd=PROJECT_ROOT,
        env=environment | {"SHUANGXU_DATA_DIR": str(data), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def ran(seeded_dir, models_dir, tmp_path_factory):
    """Run every command once; return what became of each by name."""
    folder = tmp_path_factory.mktemp("cli")
    seeded, fresh = folder / "seeded", folder / "fresh"
    shutil.copytree(seeded_dir, seeded, symlinks=True)
    (fresh / "models").parent.mkdir()
    (fresh / "models").symlink_to(models_dir)
    (folder / "成果.csv").write_text(CSV, "utf-8")
    (folder / "坏.csv").write_text("成果名称,成果简介\n……,……\n", "utf-8")
    file = str(folder / "成果.csv")
    judged = (SEED / "qrels.tsv").read_text("utf-8").splitlines(keepends=True)[:JUDGED]
    (folder / "qrels.tsv").write_text("".join(judged), "utf-8")
    qrels = (str(folder / "qrels.tsv"), "--needs", str(SEED / "needs.jsonl"))
    named = {line.split("\t")[1] for line in judged}
    rows = (SEED / "achievements.jsonl").read_text("utf-8").splitlines(keepends=True)
    (folder / "achievements.jsonl").write_text(
        "".join(row for row in rows if json.loads(row)["external_id"] in named), "utf-8"
    )
    qrels = (*qrels, "--achievements", str(folder / "achievements.jsonl"))
    writing = {
        "init": (fresh, "init"),
        "key": (fresh, "key"),
        "import": (fresh, "import", file, "--kind", "achievements", "--organisation", "某校（示例）"),
        "import nothing good": (fresh, "import", str(folder / "坏.csv"), "--kind", "achievements"),
        "reindex": (fresh, "reindex"),
        "check": (fresh, "check"),
    }
    reading = {
        "seed": (seeded, "seed"),
        "match": (seeded, "match", "XQ-coal-01", "--top-k", "3"),
        "search": (seeded, "search", "瓦斯抽采封孔", "--target", "needs", "--top-k", "4"),
        "evaluate": (seeded, "evaluate", *qrels),
    }

    done = {
        name: (_installed if name == "init" else _shuangxu)(data, *rest, "--json")
        for name, (data, *rest) in {**writing, **reading}.items()
    }
    return {**done, "data": fresh}


def _object(done: subprocess.CompletedProcess[str], code: int = 0) -> dict:
    assert done.returncode == code, done.stderr
    assert done.stdout.endswith("}\n")
    assert done.stdout.count("\n") == 1
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


def test_init_names_the_model_and_makes_the_key_once(ran):
    made = _object(ran["init"])
    assert made["key_created"] is True
    assert made["data_dir"] == str(ran["data"])
    assert made["model_id"].startswith("shuangxu-e5-small-zh@")
    key = ran["data"] / "operator.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert _object(ran["key"]) == {"key": key.read_text("utf-8").strip()}


def test_import_counts_rows_and_names_the_refused(ran):
    report = _object(ran["import"])
    assert (report["created"], report["rejected"], report["rows_total"]) == (1, 1, 2)
    (error,) = report["row_errors"]
    assert set(error) == {"row", "sheet", "column", "code", "message", "value"}
    assert (error["row"], error["column"]) == (3, "成果名称")


def test_import_acknowledges_rows_on_standard_error(ran):
    assert "已保存 2/2 行" in ran["import"].stderr


def test_an_import_that_takes_no_row_fails(ran):
    assert _object(ran["import nothing good"], code=1)["rejected"] == 1


def test_reindex_and_check_agree(ran):
    counts = _object(ran["reindex"])
    assert (counts["achievements"], counts["needs"], counts["encoded"]) == (1, 0, 0)
    assert _object(ran["check"]) == {"ok": True, "index_sequence": counts["index_sequence"], "differences": {}}


def test_seed_again_changes_nothing_and_shows_samples(ran):
    answer = _object(ran["seed"])
    for kind in ("achievements", "needs"):
        assert (answer[kind]["created"], answer[kind]["updated"], answer[kind]["rejected"]) == (0, 0, 0)
    assert len(answer["samples"]) == 3
    assert all(len(each["results"]) == 5 for each in answer["samples"].values())


@pytest.mark.parametrize(("name", "count"), [("match", 3), ("search", 4)])
def test_rankings_have_the_shape_of_the_interface(ran, name, count):
    answer = _object(ran[name])
    assert set(answer) == {
        "query_id", "index_sequence", "model_id", "degraded", "verdict", "results", "combinations", "capture_task",
    }  # fmt: skip
    assert [each["rank"] for each in answer["results"]] == list(range(1, count + 1))
    body = "description" if name == "search" else "summary"
    assert all(each["record"][body] for each in answer["results"])


def test_evaluate_measures_the_seed_judgements(ran):
    answer = _object(ran["evaluate"])
    assert 0.5 < answer["ndcg_at_10"] <= 1
    assert answer["ndcg_at_10"] == answer["systems"]["fused"]["ndcg_at_10"]
    assert answer["ndcg_at_10"] > answer["systems"]["random"]["ndcg_at_10"]
    assert 0.5 < answer["grade_score"] <= 1
    assert 0 < answer["ece"] < 0.5
    lines = (SEED / "qrels.tsv").read_text("utf-8").splitlines()[1:JUDGED]
    assert answer["judgements"] == len(lines)
    assert answer["needs"] == len({line.split("\t")[0] for line in lines})
