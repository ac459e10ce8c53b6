"""The commands of the reference platform: serve, migrate, status, seed."""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

import psycopg

from reference.assembly import Platform, assemble
from reference.database import Connection
from reference.seed_file import SeedFile, SeedProblem
from reference.server import CannotListen, run
from reference.settings import EX_CONFIG, Settings, SettingsProblem
from reference.starting import EX_UNAVAILABLE, CannotReach, reach

EX_USAGE, EX_DATA = 64, 65
"""Exit codes of sysexits.h: wrong arguments, wrong seed file."""

ENDS: dict[type[Exception], int] = {
    SettingsProblem: EX_CONFIG,
    CannotListen: EX_CONFIG,
    SeedProblem: EX_DATA,
    CannotReach: EX_UNAVAILABLE,
}
"""Problems that a person can mend, and the exit codes they end with."""


class Arguments(argparse.ArgumentParser):
    """Argument parser whose usage errors end with EX_USAGE, since 1 and 2 mean other things here."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and end."""
        self.exit(EX_USAGE, f"reference: {message}; try --help\n")


def main(argv: Sequence[str], environ: Mapping[str, str], assembled: Callable[[Settings], Platform] = assemble) -> int:
    """Run the command in *argv* with the settings in *environ* and return the exit code.

    *assembled* puts the platform together, for those who want other parts in it.
    """
    try:
        arguments = PARSER.parse_args(argv)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        return command(assembled(Settings.read(environ)), arguments)
    except tuple(ENDS) as problem:
        return ended(problem, ENDS[type(problem)])
    except psycopg.Error as error:
        return ended(f"database: {error.diag.message_primary or error}", EX_UNAVAILABLE)


def command(platform: Platform, arguments: argparse.Namespace) -> int:
    """Run the command named in *arguments* on *platform* and return the exit code."""
    if arguments.command == "serve":
        return run(platform)
    if arguments.command == "migrate":
        return asyncio.run(connected(platform, migrate))
    if arguments.command == "status":
        return asyncio.run(connected(platform, status))
    file = SeedFile.read(arguments.file)
    today = arguments.today or platform.clock.today()

    async def seed(platform: Platform, connection: Connection) -> int:
        await platform.seeder.seed(connection, file, today)
        print(f"seeded {arguments.file} as of {today}")
        return 0

    return asyncio.run(connected(platform, seed))


async def connected(platform: Platform, work: Callable[[Platform, Connection], Awaitable[int]]) -> int:
    """Do *work* on a connection of its own and return its exit code."""
    connection = await reach(platform, platform.settings.start_deadline)
    async with connection:
        return await work(platform, connection)


async def migrate(platform: Platform, connection: Connection) -> int:
    """Apply what is pending and name it."""
    names = await platform.migrations.apply(connection)
    print("\n".join(f"applied {name}" for name in names) or "nothing to apply: current")
    return 0


async def status(platform: Platform, connection: Connection) -> int:
    """Name what is pending: 1 if there is any, else 0."""
    names = await platform.migrations.pending(connection)
    print("\n".join(f"pending {name}" for name in names) or "current")
    return 1 if names else 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    arguments = Arguments(prog="python -m reference", description=__doc__)
    commands = arguments.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="serve the platform until SIGTERM")
    commands.add_parser("migrate", help="apply pending migrations")
    commands.add_parser("status", help="name pending migrations; exit 1 if there are any")
    seed = commands.add_parser("seed", help="bring the database to what a seed file says")
    seed.add_argument("file", type=Path, metavar="FILE", help="a TOML file such as seeds/known.toml")
    seed.add_argument("--today", type=date.fromisoformat, metavar="YYYY-MM-DD", help="what dates count from")
    return arguments


PARSER = parser()


def ended(problem: object, code: int) -> int:
    """Say in one line why the command cannot go on, and return *code*."""
    print(f"reference: {problem}", file=sys.stderr)
    return code


if __name__ == "__main__":
    code = main(sys.argv[1:], os.environ)
    sys.stdout.flush()
    sys.stderr.flush()
    # All is closed and written; taking the interpreter apart would only keep a restart waiting.
    os._exit(code)
