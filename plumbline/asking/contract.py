"""The contract: OpenAPI 3.1 documents, a file an area, and whether an answer keeps to them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from plumbline.asking import openapi

STREAM = "text/event-stream"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True)
class Operation:
    """One method of one path. `example` is the path with the contract's examples for its parameters.

    `roles` may call it; without any, whoever is logged in may. The answer of a `stream` does not end.
    """

    method: str
    path: str
    example: str
    public: bool
    responses: Mapping[str, Any]
    roles: frozenset[str] = frozenset()
    stream: bool = False

    def closed_to(self, role: str) -> bool:
        """Whether somebody of this role must not call it."""
        return bool(self.roles) and role not in self.roles


class Contract:
    """All documents of a folder as one, or a platform's own; YAML and validators are read when first asked for.

    Ours is closed. A platform's own seldom lists every status: what it does not describe is held to nothing.
    """

    def __init__(self, place: Path, *, closed: bool = True, quotes: bool = True) -> None:
        """`quotes`: whether what an answer holds may be told."""
        self.place = place
        self.closed = closed
        self.quotes = quotes
        self._validators: dict[tuple[str, str, str, str], Any] = {}

    def breach(self, method: str, path: str, status: int, content_type: str, body: bytes) -> str | None:
        """What in this answer the contract does not allow, with its place; None where it keeps to it.

        An answer to a path that the contract does not have is held to nothing.
        """
        operation = self.operation("GET" if method == "HEAD" else method, path)
        if operation is None:
            return None
        responses = operation.responses
        key = str(status) if str(status) in responses else "default"
        where = f"{operation.method} {operation.path} {status}"
        content = self._resolved(responses.get(key, {})).get("content", {})
        if not self.closed and (method == "HEAD" or not content):
            return None
        if key not in responses:
            return f"{where}: the contract has only {', '.join(responses)}"
        if method == "HEAD" or not content:
            return f"{where}: a body of {len(body)} bytes where the contract has none" if body else None
        media = content_type.partition(";")[0].strip().lower()
        if media not in content:
            return f"{where}: {media or 'no content type'}, the contract has {', '.join(content)}"
        schema = content[media].get("schema", True)
        return self._against_schema(operation, key, media, schema, body, where) if media.endswith("json") else None

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation that a request is; a literal path goes before one with parameters. None: not in it."""
        for pattern, operations in self._patterns:
            if method in operations and pattern.fullmatch(path):
                return operations[method]
        return None

    def operations(self, method: str) -> Iterator[Operation]:
        """Every operation of a method, in the order of the documents."""
        for _, operations in self._patterns:
            if method in operations:
                yield operations[method]

    @cached_property
    def document(self) -> dict[str, Any]:
        """Paths and components of all files together."""
        if self.place.is_file():
            return openapi.read(self.place)
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        united: dict[str, Any] = {"paths": {}, "components": {}}
        for file in sorted(self.place.glob("*.yaml")):
            document = yaml.load(file.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader, see above
            united["paths"] |= document.get("paths", {})
            for kind, entries in document.get("components", {}).items():
                united["components"].setdefault(kind, {}).update(entries)
        return united

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], dict[str, Operation]]]:
        paths = sorted(self.document["paths"].items(), key=lambda entry: entry[0].count("{"))
        return [(_pattern(path), self._operations(path, item)) for path, item in paths]

    def _operations(self, path: str, item: Mapping[str, Any]) -> dict[str, Operation]:
        found = {}
        for method in METHODS:
            if method in item:
                entry = item[method]
                parameters = [self._resolved(p) for p in [*item.get("parameters", []), *entry.get("parameters", [])]]
                found[method.upper()] = Operation(
                    method.upper(),
                    path,
                    _example(path, parameters),
                    bool(entry.get("x-public")),
                    entry["responses"],
                    _roles(entry.get("x-role", [])),
                    bool(entry.get("x-stream")) or self._streams(entry["responses"]),
                )
        return found

    def _streams(self, responses: Mapping[str, Any]) -> bool:
        """Whether the answer is a stream of events by its media type."""
        return any(STREAM in self._resolved(response).get("content", {}) for response in responses.values())

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        """`part`, or what its `$ref` points at."""
        while "$ref" in part:
            target: Any = self.document
            for step in part["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            part = target
        return part

    def _against_schema(
        self,
        operation: Operation,
        key: str,
        media: str,
        schema: object,
        body: bytes,
        where: str,
    ) -> str | None:
        try:
            instance = json.loads(body)
        except ValueError:
            return f"{where}: the body is no JSON" + (f": {body[:80]!r}" if self.quotes else "")
        cache_key = (operation.method, operation.path, key, media)
        if cache_key not in self._validators:
            import jsonschema_rs

            whole = {"components": self.document["components"], "allOf": [schema]}
            self._validators[cache_key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        errors = [
            f"{'/'.join(str(p) for p in e.instance_path) or 'body'}: "
            + (e.message if self.quotes else f"does not fit {'/'.join(str(p) for p in e.schema_path[-2:])}")
            for e in self._validators[cache_key].iter_errors(instance)
        ]
        return f"{where}: {'; '.join(errors[:3])}" if errors else None


def _roles(said: str | list[str]) -> frozenset[str]:
    return frozenset([said] if isinstance(said, str) else said)


def _pattern(path: str) -> re.Pattern[str]:
    literal = re.split(r"\{[^}]+\}", path)
    return re.compile("[^/]+".join(re.escape(part) for part in literal))


def _example(path: str, parameters: list[dict[str, Any]]) -> str:
    for parameter in parameters:
        if parameter["in"] == "path":
            value = parameter.get("example", parameter.get("schema", {}).get("example", 1))
            path = path.replace("{" + parameter["name"] + "}", str(value))
    query = [f"{p['name']}={p['example']}" for p in parameters if p["in"] == "query" and "example" in p]
    return path + ("?" + "&".join(query) if query else "")
