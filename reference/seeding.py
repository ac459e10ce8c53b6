"""Seeding: brings a database to what a seed file says, and changes nothing when it is there already."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from psycopg import sql

from reference.database import Connection
from reference.seed_file import SeedDeal, SeedFile, SeedProblem, SeedUser

if TYPE_CHECKING:
    from reference.assembly import Platform

LOCK = 7_311_902_456
"""Advisory lock of one seeding at a time."""

Values = Mapping[str, object]


class Seeder:
    """Writes a seed file in one transaction; rows are found again by their natural keys."""

    def __init__(self, platform: "Platform") -> None:
        self._platform = platform

    async def seed(self, connection: Connection, file: SeedFile, today: date) -> None:
        """Write all of *file* with its dates seen from *today*; all or nothing."""
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
            for user in file.users:
                await self.seed_user(connection, user)
            for deal in file.deals:
                await self.seed_deal(connection, deal)
            await self.seed_schedules(connection, file, today)
            await self.seed_funds(connection, file, today)
            await self.seed_pitches(connection, file, today)
            await self.seed_notifications(connection, file, today)

    async def seed_user(self, connection: Connection, user: SeedUser) -> int:
        """Write *user*; a stored hash that fits the password stays, since a new one would differ."""
        key = {"username": user.username} if user.username else {"email": user.email}
        values: dict[str, object] = {"email": user.email, "name": user.name, "role": user.role}
        found = await self.existing(connection, "users", key)
        if found is None or not await self._fits(connection, found, user.password):
            values["password_hash"] = await self._platform.passwords.hash(user.password)
        return await self.write(connection, "users", key, values)

    async def seed_deal(self, connection: Connection, deal: SeedDeal) -> int:
        """Write *deal* and its sectors."""
        values = {"stage": deal.stage, "amount": deal.amount, "currency": deal.currency}
        deal_id = await self.write(connection, "deals", {"name": deal.name}, values)
        await self.seed_sectors(connection, deal_id, deal)
        return deal_id

    async def seed_sectors(self, connection: Connection, deal_id: int, deal: SeedDeal) -> None:
        """Write the sectors of a deal and their shares."""
        for sector in deal.sectors:
            sector_id = await self.write(connection, "sectors", {"name": sector.name}, {})
            await connection.execute(
                "insert into deal_sectors (deal_id, sector_id, share) values (%s, %s, %s)"
                " on conflict (deal_id, sector_id) do update set share = excluded.share"
                " where deal_sectors.share <> excluded.share",
                [deal_id, sector_id, sector.share],
            )

    async def seed_schedules(self, connection: Connection, file: SeedFile, today: date) -> None:
        """Write the closing schedules, each under its deal."""
        for schedule in file.closing_schedules:
            deal_id = await self._required(connection, "deals", schedule.deal)
            values = {
                "amount": schedule.amount,
                "due_date": schedule.due.on(today) if schedule.due else None,
                "status": schedule.status,
            }
            key = {"deal_id": deal_id, "title": schedule.title}
            await self.write(connection, "closing_schedules", key, values)

    async def seed_funds(self, connection: Connection, file: SeedFile, today: date) -> None:
        """Write the funds and their capital calls."""
        for fund in file.funds:
            values: Values = fund.model_dump(exclude={"name"})
            await self.write(connection, "funds", {"name": fund.name}, values)
        for call in file.capital_calls:
            fund_id = await self._required(connection, "funds", call.fund)
            values = {"amount": call.amount, "due_date": call.due.on(today), "status": call.status}
            await self.write(connection, "capital_calls", {"fund_id": fund_id, "title": call.title}, values)

    async def seed_pitches(self, connection: Connection, file: SeedFile, today: date) -> None:
        """Write the pitches, each under its creator."""
        for pitch in file.pitches:
            creator_id = await self._required(connection, "users", pitch.creator, key="email")
            values: Values = pitch.model_dump(exclude={"creator", "title", "created"})
            values = {**values, "created_at": pitch.created.at(today)}
            await self.write(connection, "pitches", {"creator_id": creator_id, "title": pitch.title}, values)

    async def seed_notifications(self, connection: Connection, file: SeedFile, today: date) -> None:
        """Write the notifications, each for its user."""
        for told in file.notifications:
            key = "email" if "@" in told.user else "username"
            user_id = await self._required(connection, "users", told.user, key=key)
            values = {
                "kind": told.kind,
                "body": told.body,
                "created_at": told.created.at(today),
                "read_at": told.read.at(today) if told.read else None,
            }
            await self.write(connection, "notifications", {"user_id": user_id, "title": told.title}, values)

    async def existing(self, connection: Connection, table: str, key: Values) -> int | None:
        """Return the id of the row of *table* that has the natural key *key*, or None."""
        query = sql.SQL("select id from {} where {} order by id limit 1").format(
            sql.Identifier(table), _pairs(key, " and ")
        )
        row = await (await connection.execute(query, list(key.values()))).fetchone()
        return None if row is None else int(row[0])

    async def write(self, connection: Connection, table: str, key: Values, values: Values) -> int:
        """Insert the row, or bring the one with this key to *values*; one that fits is left alone."""
        found = await self.existing(connection, table, key)
        if found is None:
            return await self._insert(connection, table, {**key, **values})
        if values:
            query = sql.SQL("update {} set {} where id = %s and row({}) is distinct from row({})").format(
                sql.Identifier(table),
                _pairs(values, ", "),
                sql.SQL(", ").join(sql.Identifier(name) for name in values),
                sql.SQL(", ").join(sql.Placeholder() for _ in values),
            )
            await connection.execute(query, [*values.values(), found, *values.values()])
        return found

    async def _insert(self, connection: Connection, table: str, values: Values) -> int:
        query = sql.SQL("insert into {} ({}) values ({}) returning id").format(
            sql.Identifier(table),
            sql.SQL(", ").join(sql.Identifier(name) for name in values),
            sql.SQL(", ").join(sql.Placeholder() for _ in values),
        )
        row: Any = await (await connection.execute(query, list(values.values()))).fetchone()
        return int(row[0])

    async def _required(self, connection: Connection, table: str, name: str, key: str = "name") -> int:
        found = await self.existing(connection, table, {key: name})
        if found is None:
            message = f"the seed file names {name!r}, which is not among its {table}"
            raise SeedProblem(message)
        return found

    async def _fits(self, connection: Connection, user_id: int, password: str) -> bool:
        cursor = await connection.execute("select password_hash from users where id = %s", [user_id])
        row: Any = await cursor.fetchone()
        return await self._platform.passwords.verify(row[0], password)


def _pairs(values: Values, separator: str) -> sql.Composed:
    pairs = [sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values]
    return sql.SQL(separator).join(pairs)
