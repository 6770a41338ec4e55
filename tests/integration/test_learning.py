"""Training keeps what was learnt, uses it only where the frozen set does not suffer, and can be undone."""

import json
from pathlib import Path

import pytest

from app.core.caller import OPERATOR
from app.core.errors import Conflict, InvalidInput, SetupError
from app.core.settings import Settings
from app.learning.examples import FROZEN
from app.learning.service import Training
from app.search.weight_sets import WeightSets
from app.services import Services, build_services
from matching.evaluation.qrels import read_qrels
from matching.ranking.weights import dump_weights, load_weights

pytestmark = pytest.mark.real_model


def train(services: Services, files: tuple[Path, Path, Path | None] | None, *, activate: bool = True) -> Training:
    with services.database.read() as session:
        return services.learning.train(session, files, OPERATOR, activate=activate)


def reversed_qrels(folder: Path) -> Path:
    """The frozen judgements turned upside down: what was best is called worst."""
    file = folder / "reversed.tsv"
    lines = ["need\tachievement\tgrade"]
    for need, grades in read_qrels(FROZEN[0]).items():
        lines += [f"{need}\t{achievement}\t{5 - grade}" for achievement, grade in grades.items()]
    file.write_text("\n".join(lines), "utf-8")
    return file


def test_good_judgements_train_a_set_that_is_used_and_taken_back(
    seeded_services: Services, seeded_settings: Settings
) -> None:
    shipped = seeded_services.gateway.weights.version
    done = train(seeded_services, FROZEN)
    assert done.active
    assert (done.needs, done.judgements) == (40, 640)
    assert done.cross_validation is not None
    assert done.cross_validation.ndcg_at_10 > 0.7
    file = seeded_settings.weights_dir / f"{done.version}.json"
    kept = json.loads(file.read_text("utf-8"))
    assert kept["version"] == done.version
    assert kept["provenance"]["judgements"] == 640
    seeded_services.gateway.use_active_weights()
    assert seeded_services.gateway.weights.version == done.version
    assert all(matcher.weights.version == done.version for matcher in seeded_services.gateway.index.matchers.values())
    seeded_services.gateway.weight_sets.take_back()
    seeded_services.gateway.use_active_weights()
    assert seeded_services.gateway.weights.version == shipped


def test_what_makes_the_frozen_set_worse_is_kept_but_not_used(seeded_services: Services, tmp_path: Path) -> None:
    shipped = seeded_services.gateway.weights.version
    done = train(seeded_services, (reversed_qrels(tmp_path), FROZEN[1], FROZEN[2]))
    assert not done.active
    assert done.comparison.worse
    assert seeded_services.gateway.weight_sets.active_version() == shipped
    assert done.version in seeded_services.gateway.weight_sets.versions()
    again = seeded_services.learning.compare(shipped, done.version)
    assert again.difference == done.comparison.difference
    assert seeded_services.learning.compare(shipped, shipped).difference.mean == 0


def test_too_few_judgements_are_refused_with_what_to_do(seeded_services: Services, tmp_path: Path) -> None:
    # Those of the seed are the frozen set: nothing is learnt from them unless somebody names their file.
    with pytest.raises(InvalidInput, match="研判"):
        train(seeded_services, None)
    few = tmp_path / "few.tsv"
    few.write_text("\n".join(FROZEN[0].read_text("utf-8").splitlines()[:20]), "utf-8")
    with pytest.raises(InvalidInput, match="至少需要"):
        train(seeded_services, (few, FROZEN[1], FROZEN[2]))
    assert seeded_services.gateway.weight_sets.versions() == [seeded_services.gateway.weights.version]


def test_training_twice_gives_the_same_weights_under_two_versions(seeded_services: Services, seeded_settings) -> None:
    first, second = (train(seeded_services, FROZEN, activate=False) for _ in range(2))
    assert first.version != second.version
    one, other = (
        json.loads((seeded_settings.weights_dir / f"{each.version}.json").read_text("utf-8"))
        for each in (first, second)
    )
    assert one["bases"] == other["bases"]


@pytest.mark.parametrize("content", ['{"history": ["trained-9"]}', "{", '{"history": 3}', "[]"])
def test_a_set_that_cannot_be_read_leaves_the_service_with_the_shipped_one(
    seeded_settings: Settings, content: str
) -> None:
    seeded_settings.weights_dir.mkdir()
    (seeded_settings.weights_dir / "active.json").write_text(content, "utf-8")
    opened = build_services(seeded_settings)
    assert opened.gateway.weights.version == opened.gateway.weight_sets.shipped()
    opened.database.close()


@pytest.mark.parametrize("last", ["trained-1", "fusion-2"])
def test_a_set_of_an_older_format_gives_way_to_the_shipped_one_and_is_not_named_as_in_use(
    seeded_settings: Settings, last: str
) -> None:
    seeded_settings.weights_dir.mkdir()
    (seeded_settings.weights_dir / "trained-1.json").write_text('{"format": 2, "version": "trained-1"}', "utf-8")
    (seeded_settings.weights_dir / "active.json").write_text(f'{{"history": ["trained-1", "{last}"]}}', "utf-8")
    sets = WeightSets(seeded_settings)
    assert sets.active_version() == sets.active().version == sets.shipped()
    assert sets.take_back() == sets.shipped()


def test_a_file_that_the_settings_name_must_be_good(seeded_settings: Settings, tmp_path: Path) -> None:
    broken = tmp_path / "weights.json"
    broken.write_text("{}", "utf-8")
    with pytest.raises(SetupError, match="权重"):
        build_services(seeded_settings.model_copy(update={"weights": broken}))


def test_where_the_settings_name_a_set_no_other_is_said_to_be_in_use(seeded_settings: Settings, tmp_path: Path) -> None:
    named = tmp_path / "weights.json"
    named.write_text(dump_weights(load_weights(), {}), "utf-8")
    fixed = seeded_settings.model_copy(update={"weights": named})
    services = build_services(fixed)
    sets = services.gateway.weight_sets
    for change in (
        lambda: sets.activate(sets.shipped()),
        sets.take_back,
        lambda: train(services, None),
    ):
        with pytest.raises(Conflict, match="SHUANGXU_WEIGHTS"):
            change()
    assert not (fixed.weights_dir / "active.json").exists()
    services.database.close()


def test_a_set_is_there_whole_or_not_at_all(seeded_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    sets = WeightSets(seeded_settings)
    content = json.loads(dump_weights(load_weights(), {}))
    assert (sets.add(content), sets.add(content)) == ("trained-1", "trained-2")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="space"):
        sets.add(content)
    monkeypatch.undo()
    assert sets.versions() == [sets.shipped(), "trained-1", "trained-2"]
    assert sets.load("trained-2").version == "trained-2"
