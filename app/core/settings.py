"""Settings, all from the environment with the prefix SHUANGXU_."""

from functools import cached_property
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SEED_DIR = PROJECT_ROOT / "seed_data"


class Settings(BaseSettings):
    """What an operator may set; every field is listed in the README."""

    model_config = SettingsConfigDict(env_prefix="SHUANGXU_", protected_namespaces=())

    data_dir: Path = Field(Path("data"), description="database, model, index snapshots and the operator's key")
    database_url: str | None = Field(None, description="SQLAlchemy URL; by default SQLite in the data directory")
    model: str | None = Field(None, description="Sentence-Transformers name or folder; by default the offline model")
    query_prompt: str | None = Field(None, description="put before free texts; by default the model's own")
    document_prompt: str | None = Field(None, description="put before records; by default the model's own")
    bfloat16: bool | None = Field(None, description="encode in bfloat16; by default where the processor can")
    weights: Path | None = Field(None, description="ranking weight file; by default the one shipped")
    reranker: str | None = Field(None, description="CrossEncoder name or folder that reads the best 50 again; off")
    allow_non_loopback: bool = Field(False, description="let the server listen beyond this machine")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    @cached_property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'shuangxu.db').resolve()}"

    @property
    def offline_model_dir(self) -> Path:
        """Where the offline model is unpacked."""
        return self.data_dir / "models" / "shuangxu-e5-small-zh"

    @property
    def scale_dir(self) -> Path:
        """Where the cosine scales of models are kept."""
        return self.data_dir / "models" / "scales"

    @property
    def index_dir(self) -> Path:
        """Where index snapshots lie."""
        return self.data_dir / "index"

    @property
    def weights_dir(self) -> Path:
        """Where trained weight sets lie."""
        return self.data_dir / "weights"

    @property
    def key_file(self) -> Path:
        """Where the operator's key lies, readable by its owner alone."""
        return self.data_dir / "operator.key"
