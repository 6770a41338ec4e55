"""Weight sets of an installation: files that are never changed, and which of them is in use.

The shipped set is always there. Trained ones lie in the data directory, one JSON file each, with
what they were trained on and how they scored. `active.json` names the sets in the order in which
they came into use; the last one counts, and taking it back goes to the one before.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

import structlog
from filelock import FileLock

from app.core.errors import Conflict, NotFound, SetupError
from app.core.settings import Settings
from matching.errors import WeightsError
from matching.ranking.weights import FusionWeights, load_weights

log = structlog.get_logger()

_ACTIVE = "active.json"


class WeightSets:
    """The weight sets of one data directory."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.weights_dir
        self._fixed = settings.weights
        self._told: set[str] = set()

    def shipped(self) -> str:
        """Return the version of the set that the package brings."""
        return load_weights().version

    def versions(self) -> list[str]:
        """Return all versions, the shipped one first, then in the order of their names."""
        trained = sorted(file.stem for file in self._folder.glob("*.json") if file.name != _ACTIVE)
        return [self.shipped(), *trained]

    def load(self, version: str) -> FusionWeights:
        """Return a set by its version, or by the path of a file.

        Raises:
            NotFound: there is no such set.
            SetupError: the file is damaged.
        """
        try:
            if version == self.shipped():
                return load_weights()
            file = self._folder / f"{version}.json" if version in self.versions() else Path(version)
            if not file.is_file():
                raise NotFound(f"没有权重“{version}”。已有：{'、'.join(self.versions())}。")
            return load_weights(file)
        except WeightsError as error:
            raise SetupError(f"权重文件无法使用：{error}。请改用其他版本，或重新训练。") from error

    def active(self) -> FusionWeights:
        """Return the set in use; a file named by the settings goes before all others.

        A set of the data directory that cannot be read any more must not keep the service down:
        the shipped one is used, and the log says so.
        """
        if self._fixed is not None:
            return self.load(str(self._fixed))
        try:
            return self._in_use()[1]
        except SetupError as error:  # what says which is in use is damaged
            log.warning("using the shipped weights", reason=error.detail)
            return load_weights()

    def active_version(self) -> str:
        """Return the version in use among those of the data directory and the shipped one.

        A set that cannot be read any more, as one of an older format, is replaced by the shipped one.
        """
        return self._in_use()[0]

    def add(self, content: dict[str, Any]) -> str:
        """Keep a new set; its version is made here. Returns the version."""
        self._folder.mkdir(parents=True, exist_ok=True)
        number = 1
        while True:
            version = f"trained-{number}"
            file = self._folder / f"{version}.json"
            aside = self._folder / f".{version}.{secrets.token_hex(4)}"
            aside.write_text(json.dumps({**content, "version": version}, ensure_ascii=False, indent=1), "utf-8")
            try:
                # Whole at once, and a new file only: two trainings at once get two versions.
                os.link(aside, file)
                return version
            except FileExistsError:
                number += 1
            finally:
                aside.unlink()

    def check_free(self) -> None:
        """Refuse to change which set is in use where the settings say so. Raises Conflict."""
        if self._fixed is not None:
            raise Conflict(
                f"设置 SHUANGXU_WEIGHTS 指定了权重文件 {self._fixed}，改用其他版本不会生效。"
                "请先取消这项设置，再执行一次。"
            )

    def activate(self, version: str) -> None:
        """Put a set to use. Raises NotFound, SetupError; Conflict where the settings name one."""
        self.load(version)
        self.check_free()
        with self._changing():
            if version != self.active_version():
                self._keep([*self._history(), version])

    def take_back(self) -> str:
        """Go back to the set that was in use before. Returns its version; raises Conflict."""
        self.check_free()
        with self._changing():
            history = self._history()
            if not history:
                raise Conflict("正在使用随软件提供的权重，没有更早的版本可以退回。")
            self._keep(history[:-1])
            return self.active_version()

    def _changing(self) -> FileLock:
        """Return what one process at a time holds while it changes which set is in use."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._folder / f".{_ACTIVE}.lock")

    def _in_use(self) -> tuple[str, FusionWeights]:
        """Return the last version that came into use, or the shipped one, and its weights."""
        history = self._history()
        version = history[-1] if history else self.shipped()
        try:
            return version, self.load(version)
        except (NotFound, SetupError) as error:
            if version not in self._told:
                self._told.add(version)
                log.warning("using the shipped weights", reason=error.detail)
            return self.shipped(), load_weights()

    def _history(self) -> list[str]:
        file = self._folder / _ACTIVE
        try:
            history = json.loads(file.read_text("utf-8"))["history"]
            return [str(version) for version in history]
        except FileNotFoundError:
            return []
        except (ValueError, KeyError, TypeError) as error:
            raise SetupError(f"文件 {file} 已损坏，请删除后用 shuangxu weights --use 重新选定权重。") from error

    def _keep(self, history: list[str]) -> None:
        aside = self._folder / f".{_ACTIVE}.{os.getpid()}"
        aside.write_text(json.dumps({"history": history}, indent=1), "utf-8")
        aside.replace(self._folder / _ACTIVE)
