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
from reference.logs import configure
from reference.seed_file import SeedFile, SeedProblem
from reference.server import CannotListen, bound, serve
from reference.settings import EX_CONFIG, Settings, SettingsProblem
from reference.starting import CannotReach, reach

EX_USAGE, EX_DATA, EX_UNAVAILABLE = 64, 65, 69
"""Exit codes of sysexits.h: wrong arguments, wrong seed file, no database."""


class Arguments(argparse.ArgumentParser):
    """Argument parser whose usage errors end with EX_USAGE, since 1 and 2 mean other things here."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments and end."""
        self.exit(EX_USAGE, f"reference: {message}; try --help\n")


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the command in *argv* with the settings in *environ* and return the exit code."""
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        platform = assemble(Settings.read(environ))
        return command(platform, arguments)
    except SettingsProblem as problem:
        return ended(problem, EX_CONFIG)
    except SeedProblem as problem:
        return ended(problem, EX_DATA)
    except CannotReach as problem:
        return ended(problem, EX_UNAVAILABLE)
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


def run(platform: Platform) -> int:
    """Serve *platform* until it is told to end, and return the exit code."""
    configure(platform.settings.log_level)
    try:
        listener = bound(platform.settings.host, platform.settings.port)
        with listener:
            asyncio.run(serve(platform, listener))
    except CannotListen as problem:
        return ended(problem, EX_CONFIG)
    except CannotReach as problem:
        platform.log.error(f"cannot start: {problem}", category="database.start")
        return EX_UNAVAILABLE
    return 0


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


def ended(problem: object, code: int) -> int:
    """Say in one line why the command cannot go on, and return *code*."""
    print(f"reference: cannot start: {problem}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
