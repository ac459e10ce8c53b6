"""The profile's JSON schema, for editors: made from the model, with the sentences of its keys."""

from __future__ import annotations

from typing import Any

from plumbline import profile
from plumbline.profile import Profile
from plumbline.vocabulary import sentences

Schema = dict[str, Any]


def schema() -> Schema:
    """The whole of it; what it lets pass may still be nonsense, which the run itself tells."""
    from pydantic import TypeAdapter

    made = TypeAdapter(Profile).json_schema()
    tables: dict[str, Schema] = made["$defs"]
    for name, table in (("Profile", made), *tables.items()):
        _tell(getattr(profile, name), table)
    tables["Sign"]["description"] += " A plain status will do."
    tables["Sign"] = {"anyOf": [{"type": "integer"}, tables["Sign"]]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": "A profile of Plumbline's"}


def _tell(model: type, table: Schema) -> None:
    """Writes the model's sentences to a table and its keys; pydantic's titles only repeat the names."""
    table["description"] = " ".join((model.__doc__ or "").split())
    table.pop("title", None)
    told = sentences(model)
    for name, entry in table["properties"].items():
        entry.pop("title", None)
        if name in told:
            entry["description"] = told[name]
