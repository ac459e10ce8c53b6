"""Cookies that a platform must not take for a session of its own."""

from __future__ import annotations

from urllib.parse import quote, unquote

SIGNED_ELSEWHERE = "s:Zk3sT0vQ8mXw1yRb6uHc9jLd2nPe5gAf.Q2xpY2sgaGVyZSB0byBsb2cgaW4gYXMgc29tZWJvZHk"
"""In express-session's form (`s:<id>.<signature>`), signed with a key that is not the platform's."""


def strange(name: str) -> dict[str, str]:
    """Cookie headers that no platform has given out, by what is wrong with them; `name` is the session cookie's."""
    values = {
        "garbage": "garbage",
        "empty": "",
        "foreign signature": quote(SIGNED_ELSEWHERE, safe=""),
        "signed but without an id": quote("s:.c2lnbmF0dXJl", safe=""),
        "no signature": quote("s:Zk3sT0vQ8mXw1yRb6uHc9jLd2nPe5gAf", safe=""),
        "JSON": quote('j:{"user":{"id":1,"username":"admin"}}', safe=""),
        "a broken escape": "%E0%A4%A",
        "a byte that no text column takes": quote("s:a\0b.c2lnbmF0dXJl", safe=""),
        "not ASCII": quote("s:séssion.ünd", safe=""),
        "very long": "x" * 3000,
        "a user's name": "admin",
        "a user's id": "1",
        "a token that nobody signed": "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwidXNlcm5hbWUiOiJhZG1pbiJ9.",
    }
    headers = {kind: f"{name}={value}" for kind, value in values.items()}
    headers["another name"] = "PHPSESSID=4dmo0q1u2v3w4x5y6z7a8b9c0d"
    headers["twice"] = f"{name}=garbage; {name}=rubbish"
    return headers


def forged(name: str, live: str, other: str) -> dict[str, str]:
    """Cookie headers made from a live session's value by somebody who does not know the key.

    The session id stays, its proof does not: a platform that only looks the id up lets these in. `other` is
    another live session, whose proof is genuine for itself alone.
    """
    text = unquote(live)
    head, dot, proof = text.rpartition(".")
    if not dot or not proof:
        flipped = text[:-1] + ("a" if text[-1:] != "a" else "b")
        return {"one letter changed": f"{name}={quote(flipped, safe='')}"}
    changed, genuine = _changed(proof, 0), unquote(other).rpartition(".")[2]
    return {
        "another signature": f"{name}={quote(f'{head}.{changed}', safe='')}",
        "another end of the signature": f"{name}={quote(f'{head}.{_changed(proof, len(proof) * 3 // 4)}', safe='')}",
        "half a signature": f"{name}={quote(f'{head}.{proof[: len(proof) // 2]}', safe='')}",
        "another session's signature": f"{name}={quote(f'{head}.{genuine}', safe='')}",
        "an empty signature": f"{name}={quote(f'{head}.', safe='')}",
        "no signature": f"{name}={quote(head, safe='')}",
        "the bare id": f"{name}={quote(head.removeprefix('s:'), safe='')}",
    }


def _changed(text: str, place: int) -> str:
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


def parts(value: str) -> set[str]:
    """A cookie's value, whole and decoded, and the session id and the proof in it: each is a secret by itself."""
    text = unquote(value)
    head, _, proof = text.rpartition(".")
    return {value, text, head, head.removeprefix("s:"), proof} - {""}
