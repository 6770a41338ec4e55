"""Every command of `shuangxu`, gathered. Chinese for people, one JSON object with --json for programs.

Exit codes: 0 done; 1 failed, or `check` found differences, or an import took no row; 2 wrong usage.
"""

import typer

from app.accounts.commands import account, key, roles
from app.audit.commands import audit
from app.codes.commands import codes
from app.command_line import put_together_by
from app.demo.commands import demonstration
from app.exports.commands import export
from app.health.commands import health
from app.imports.commands import imports
from app.installation.commands import installation
from app.learning.commands import learning
from app.liaisons.commands import liaison
from app.matches.commands import matches
from app.needs.commands import needs
from app.organisations.commands import org
from app.services import build_services

cli = typer.Typer(
    name="shuangxu", help="双需对接：高校科技成果与企业技术需求的检索与匹配。", no_args_is_help=True,
    pretty_exceptions_enable=False, add_completion=False,
)  # fmt: skip
put_together_by(lambda settings: build_services(settings).parts)
# In this order they are listed.
for commands in (installation, demonstration, imports, matches, needs, learning, health):
    cli.add_typer(commands)
cli.add_typer(account, name="account")
cli.add_typer(key, name="key")
cli.add_typer(org, name="org")
cli.add_typer(liaison, name="liaison")
cli.add_typer(audit, name="audit")
cli.add_typer(codes, name="codes")
for commands in (export, roles):
    cli.add_typer(commands)
