"""What the checks of the smoke ask the shared platform, as data: the floor asks the same.

`tests/test_bench.py` holds the paths to the contract and the cookies to `plumbline.asking.cookies`.
"""

from __future__ import annotations

COOKIE = "connect.sid"
FOREIGN = f"{COOKIE}=s%3AZk3sT0vQ8mXw1yRb6uHc9jLd2nPe5gAf.Q2xpY2sgaGVyZSB0byBsb2cgaW4gYXMgc29tZWJvZHk"
ADMINS = (
    "/api/deals",
    "/api/deals/1",
    "/api/closing-schedules",
    "/api/closing-schedules/1",
    "/api/funds",
    "/api/capital-calls",
    "/api/users",
    "/api/users/1",
    "/api/calendar/events?from=2026-11-01&to=2026-11-30&tz=Europe/Berlin",
)
"""What the administrator alone may read."""
EVERYBODYS = (
    "/api/auth/me",
    "/api/auth/session",
    "/api/analytics/overview",
    "/api/pitches?page=2",
    "/api/pitches/featured",
    "/api/notifications",
)
"""What whoever is logged in may read."""
PORTALS = ("creator", "investor", "production")
DASHBOARDS = tuple(f"/api/dashboard/{portal}" for portal in PORTALS)
PAGES = ("/", "/calendar")
STREAM = "/api/notifications/stream"
SOCKET = "/ws"
GUARDED = (*EVERYBODYS, *ADMINS, *DASHBOARDS, *PAGES, STREAM)
PUBLIC = (
    "/health",
    "/api/system/health",
    "/api/health",
    "/api/health/db",
    "/api/health/cache",
    "/metrics",
    "/login",
)
WITHOUT_SESSION = ("/login", "/no-such-page", "/api/no-such-route")
WHO_AM_I = ("/api/auth/me", "/api/auth/session")
STRANGE = (
    "",
    f"{COOKIE}=garbage",
    f"{COOKIE}=",
    FOREIGN,
    f"{COOKIE}=s%3A.c2lnbmF0dXJl",
    f"{COOKIE}=s%3AZk3sT0vQ8mXw1yRb6uHc9jLd2nPe5gAf",
    f"{COOKIE}=j%3A%7B%22user%22%3A%7B%22id%22%3A1%2C%22username%22%3A%22admin%22%7D%7D",
    f"{COOKIE}=%E0%A4%A",
    f"{COOKIE}=s%3Aa%00b.c2lnbmF0dXJl",
    f"{COOKIE}=s%3As%C3%A9ssion.%C3%BCnd",
    f"{COOKIE}=" + "x" * 3000,
    f"{COOKIE}=admin",
    f"{COOKIE}=1",
    f"{COOKIE}=eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwidXNlcm5hbWUiOiJhZG1pbiJ9.",
    "PHPSESSID=4dmo0q1u2v3w4x5y6z7a8b9c0d",
    f"{COOKIE}=garbage; {COOKIE}=rubbish",
)
FORGERIES = 7
"""How many cookies are made from a live session without the key."""
HEALTH = "/api/system/health"
ADMIN = {"username": "admin", "password": "password123"}
PEOPLE = {portal: {"email": f"{portal}@example.invalid", "password": f"{portal}-password-1"} for portal in PORTALS}
"""Who logs in at each portal."""
WRONG = [{"username": name, "password": "not-the-password"} for name in ("admin", "unknown-person", "nobody-at-all")]
ZONES = ("America/Los_Angeles", "UTC", "Asia/Tokyo")
SCHEMA = (
    "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
    "SELECT viewname FROM pg_views WHERE schemaname = 'public'",
    "SELECT indexrelid::regclass FROM pg_index WHERE indisvalid",
    "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
)
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
CONNECTIONS = f"SELECT count(*) {OTHERS}"
LAST_QUERY = f"SELECT max(query_start) {OTHERS}"
MOVE_EXPIRY = (
    "UPDATE session SET expire = (now() AT TIME ZONE 'UTC') + make_interval(secs => {0}), "
    "sess = jsonb_set(sess::jsonb, '{{cookie,expires}}', to_jsonb(to_char((now() AT TIME ZONE 'UTC')"
    ' + make_interval(secs => {0}), \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\')))::json'
)
SEEN = (
    "Northlight Solar",
    "Harbour Logistics",
    "Meridian Health",
    "Cobalt Analytics",
    "Signing",
    "Escrow release",
)
"""Texts of the seeds that stand on the page `/`."""

NEXT, PREVIOUS = "[aria-label='Next month']", "[aria-label='Previous month']"
"""The calendar's two buttons."""


def closed_to(role: str) -> tuple[str, ...]:
    """What somebody of that role may not read; `admin` is one too."""
    others = tuple(path for path in DASHBOARDS if not path.endswith(f"/{role}"))
    return others if role == "admin" else (*ADMINS, *others)
