"""Every command explains itself and is in the README, as is every setting."""

import re

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from app.cli import cli
from app.core.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.real_model

COMMANDS = sorted(get_command(cli).commands)
README = (PROJECT_ROOT / "README.md").read_text("utf-8")


def test_the_commands_are_known():
    expected = {
        "check",
        "clarity",
        "common",
        "evaluate",
        "import",
        "init",
        "judge",
        "key",
        "match",
        "reindex",
        "search",
        "seed",
        "serve",
        "weights",
    }
    assert expected <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_in_chinese(name):
    done = CliRunner().invoke(cli, [name, "--help"])
    assert done.exit_code == 0
    help = get_command(cli).commands[name].help
    assert help
    assert any("一" <= character <= "龥" for character in help)
    assert help.splitlines()[0][:8] in done.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_explains_itself(name):
    bare = [each.name for each in get_command(cli).commands[name].params if not getattr(each, "help", "")]
    assert bare in ([], ["help"])


def test_the_overview_names_every_command():
    overview = CliRunner().invoke(cli, ["--help"]).output
    assert [name for name in COMMANDS if name not in overview] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name):
    assert re.search(rf"`(shuangxu )?{name}\b", README)


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme(field):
    assert f"SHUANGXU_{field.upper()}" in README
