"""The settings of the platform, read once from an environment and never changed."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal, NoReturn, Self
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
)

EX_CONFIG = 78
"""Exit code of sysexits.h for a configuration error."""

WELL_KNOWN_SECRETS = frozenset(
    {
        "your-secret-key",
        "your-session-secret-at-least-32-characters",
        "change-me-to-at-least-32-random-characters",
        "please-change-this-secret-before-you-deploy",
        "0123456789abcdef0123456789abcdef",
    }
)
"""Keys that stand in samples and tutorials: whoever reads those can sign a cookie."""

SHORTEST_SECRET = 32
FEWEST_DIFFERENT_LETTERS = 8


class SettingsProblem(Exception):
    """Settings are missing or wrong; its text is one line that names each of them and the remedy."""


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _postgres_url(url: SecretStr) -> SecretStr:
    value = url.get_secret_value()
    if not value.startswith(("postgresql://", "postgres://")):
        _refuse("must look like postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    try:
        parts = conninfo_to_dict(value)
    except psycopg.ProgrammingError:
        _refuse("cannot be read: write special letters of the password as %XX")
    if not parts.get("host") or not parts.get("dbname"):
        _refuse("must name a host and a database: postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
    return url


def _redis_url(url: SecretStr) -> SecretStr:
    expected = "must look like redis://:PASSWORD@HOST:PORT/NUMBER"
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        _refuse(expected)
    try:
        _ = parts.port, int(parts.path.strip("/") or 0)
    except ValueError:
        _refuse(expected)
    return url


def _secret(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if value in WELL_KNOWN_SECRETS:
        _refuse("is a well-known key: make your own with `openssl rand -hex 32`")
    if len(value) < SHORTEST_SECRET:
        _refuse(f"is too short: at least {SHORTEST_SECRET} characters, such as `openssl rand -hex 32` gives")
    if len(set(value)) < FEWEST_DIFFERENT_LETTERS:
        _refuse("is too easy to guess: make your own with `openssl rand -hex 32`")
    return secret


def _networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return [ip_network(one) for one in re.split(r"[,\s]+", value) if one]
    except ValueError as error:
        _refuse(f"names no address or network: {error}; write it as 10.0.0.5 or 10.0.0.0/8, with a comma between two")


def _domain(value: str) -> str:
    domain = value.lower().removeprefix(".")
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain):
        _refuse("is no domain: write it as example.org, without a scheme or a port")
    return domain


def _origin(value: object) -> object:
    if not isinstance(value, str):
        return value
    origin = value.strip().lower()
    if not re.fullmatch(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?", origin):
        _refuse(f"names no origin: write {value.strip()!r} as https://app.example.org, a scheme and a host alone")
    return origin.removesuffix({"http": ":80", "https": ":443"}[origin.partition(":")[0]])  # as browsers write it


def _origins(value: object) -> object:
    return tuple(_origin(one) for one in re.split(r"[,\s]+", value) if one) if isinstance(value, str) else value


def _not_in_production(wanted: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's own
    if wanted and info.data.get("app_env") == "production":
        _refuse("is for development: in production everybody would be logged out by a restart; take it out")
    return wanted


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class Settings(BaseModel):
    """Everything the platform is told from outside; a field's upper-case name is the variable's name."""

    model_config = ConfigDict(frozen=True)

    database_url: Annotated[SecretStr, AfterValidator(_postgres_url)]
    redis_url: Annotated[SecretStr, AfterValidator(_redis_url)]
    session_secret: Annotated[SecretStr, AfterValidator(_secret)]
    host: str = "127.0.0.1"
    port: int = Field(5000, ge=1, le=65535)
    app_env: Annotated[Literal["development", "production"], BeforeValidator(_lower)] = "development"
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_networks)] = ()
    """Whose X-Forwarded-Proto is believed."""
    cookie_secure: Annotated[Literal["auto", "always", "never"], BeforeValidator(_lower)] = "auto"
    """Whether the session cookie is for https alone: auto means in production."""
    cookie_domain: Annotated[str, AfterValidator(_domain)] | None = None
    """The domain whose hosts all get the session cookie; None: the host that gave it."""
    cors_origins: Annotated[tuple[str, ...], BeforeValidator(_origins)] = ()
    """The origins of pages on other hosts that may ask the API as whoever is logged in."""
    api_origin: Annotated[str, BeforeValidator(_origin)] | None = None
    """Where the scripts of the pages ask the API; None: where the pages come from."""
    use_memory_sessions: Annotated[bool, AfterValidator(_not_in_production)] = False
    """Whether sessions are kept in the process, which ends them."""
    argon2_cost: Annotated[Literal["low", "normal", "high"], BeforeValidator(_lower)] = "normal"
    release: str = Field("unknown", max_length=200)
    start_deadline: float = Field(10, gt=0, le=3600)
    """Seconds within which the database must answer after a start."""
    session_ttl: int = Field(604_800, ge=1, le=31_536_000)
    """Seconds that a session lives."""
    session_update_age: int = Field(86_400, ge=1, le=31_536_000)
    """Seconds after which a session that is used lives for as long again."""
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "info"
    database_pool_max: int = Field(10, ge=1, le=100)
    """Most connections that this process holds at once."""
    statement_timeout: float = Field(30, gt=0, le=600)
    """Seconds after which the database gives up a statement."""
    sse_keepalive: float = Field(15, gt=0, le=300)
    """Seconds between two signs of life on a stream."""

    @property
    def production(self) -> bool:
        """Whether the strict headers and cookies of production are on."""
        return self.app_env == "production"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings that stand in *environ*; raise SettingsProblem naming all that are amiss.

        An empty value counts as missing, since `NAME=` in a .env file means that nobody filled it in.
        """
        names = {field.upper(): field for field in cls.model_fields}
        given = {field: environ[name] for name, field in names.items() if environ.get(name, "").strip()}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            found = "; ".join(_told(dict(one)) for one in error.errors(include_url=False))
            where = "set it in .env or in the environment (reference/.env.example shows how)"
            raise SettingsProblem(f"{found}: {where}") from None


def _told(problem: dict[str, object]) -> str:
    location = problem["loc"]
    name = str(location[0]).upper() if isinstance(location, tuple) and location else "a setting"
    if problem["type"] == "missing":
        return f"{name} is missing"
    text = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "value_error":
        return f"{name} {text}"
    return f"{name} is wrong: {text[0].lower()}{text[1:]}, got {problem['input']!r}"
