"""A platform's own OpenAPI document, read as the contract is: one file, base path, `security`, and 3.0's `nullable`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class NotOpenAPI(Exception):
    """The file is no OpenAPI 3 document; the message says what it is."""


def read(file: Path) -> dict[str, Any]:
    """The document as 3.1, with the server's base path before each of its own; NotOpenAPI where it is none."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(file.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader, see above
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise NotOpenAPI(f"{file} cannot be read: {error}") from None
    version = str(document.get("openapi", "")) if isinstance(document, dict) else ""
    if not version.startswith("3.") or not isinstance(document.get("paths"), dict):
        raise NotOpenAPI(f"{file} is no OpenAPI 3 document: it needs `openapi: 3.x` and `paths`")
    if version.startswith("3.0"):
        document = _as_of_31(document)
    servers = document.get("servers") or [{}]
    base = urlsplit(str(servers[0].get("url", ""))).path.rstrip("/")
    paths = {base + path: _with_security(item, document) for path, item in document["paths"].items()}
    return {**document, "paths": paths, "components": document.get("components", {})}


def _with_security(item: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """A path's item whose public operations say `x-public`, as the contract's do: their `security` is empty."""
    whole = document.get("security")
    told = {}
    for name, entry in item.items():
        security = entry.get("security", whole) if isinstance(entry, dict) else None
        public = security == [] or (isinstance(security, list) and {} in security)
        told[name] = {**entry, "x-public": True} if public and isinstance(entry, dict) else entry
    return told


def _as_of_31(part: Any) -> Any:  # noqa: ANN401 - any part of the document
    """The same with `nullable: true` in the words of JSON Schema."""
    if isinstance(part, list):
        return [_as_of_31(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    told = {key: _as_of_31(inner) for key, inner in part.items() if key != "nullable"}
    if part.get("nullable") is not True:
        return told
    if isinstance(told.get("type"), str):
        told["type"] = [told["type"], "null"]
        if "enum" in told:
            told["enum"] = [*told["enum"], None]
        return told
    return {"anyOf": [told, {"type": "null"}]}
