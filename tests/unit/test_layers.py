"""The README draws the layers that the import contracts check."""

import re
import tomllib

from app.core.settings import PROJECT_ROOT

WIDTH = 100


def drawn() -> str:
    """Return the layers as the README shows them, a row or two each, the topmost first."""
    table = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in table if contract["type"] == "layers")
    rows = []
    for layer in layers:
        line = ""
        for name in re.findall(r"app\.(\w+)", layer):
            if len(line) + len(name) > WIDTH:
                rows.append(line)
                line = "   "
            line += f"  {name}" if line else name
        rows.append(line)
    return "\n".join(rows)


def test_the_readme_draws_the_layers_that_are_checked() -> None:
    assert f"```\n{drawn()}\n```" in (PROJECT_ROOT / "README.md").read_text("utf-8")
