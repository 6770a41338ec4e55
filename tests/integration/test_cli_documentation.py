"""Every command explains itself and is in the README, as is every setting."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from typer import Typer
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


def _functions(app: Typer) -> list[Callable[..., Any]]:
    """Return what does the commands of an application and of those gathered in it."""
    commands = (*app.registered_commands, *((app.registered_callback,) if app.registered_callback else ()))
    gathered = [function for group in app.registered_groups for function in _functions(group.typer_instance)]
    return [*(each.callback for each in commands), *gathered]


def test_every_command_lives_beside_its_noun():
    functions = _functions(cli)
    assert len(functions) > len(COMMANDS), "those within a group too"
    assert [each for each in functions if not re.fullmatch(r"app\.\w+\.commands", each.__module__)] == []


def test_the_overview_names_every_command():
    overview = CliRunner().invoke(cli, ["--help"]).output
    assert [name for name in COMMANDS if name not in overview] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name):
    assert re.search(rf"`(shuangxu )?{name}\b", README)


@pytest.mark.parametrize("field", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme(field):
    assert f"SHUANGXU_{field.upper()}" in README
