"""A banner that goes by something else than health, or goes by it once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from faults import fault
from faults.assets import rewrite, says

if TYPE_CHECKING:
    from reference.assembly import Platform

SCRIPT = "outage.js"
SAYS_FALSE = "return (await answer.json()).databaseConnected === false;"
NOT_REACHED = "catch {\n      return false;"
SHOWS = "banner.hidden = !shown;"
_says = partial(says, "/", SCRIPT)


@fault("banner-on-any-failed-call", brings_back=["HLT-5 others"])
def banner_on_any_failed_call(platform: Platform) -> None:
    """Takes every call that fails for an outage of the database."""
    heard = (
        "const asks = window.fetch;\n  window.fetch = async (...what) => {\n    const answer = await asks(...what);\n"
        "    if (answer.status >= 500) banner.hidden = false;\n    return answer;\n  };\n  let latest = 0;"
    )
    rewrite(platform, SCRIPT, ("let latest = 0;", heard))


@fault("banner-when-health-is-not-reached", brings_back=["HLT-5 others"])
def banner_when_health_is_not_reached(platform: Platform) -> None:
    """Takes a health that gives no answer for a database that is away."""
    rewrite(platform, SCRIPT, (NOT_REACHED, NOT_REACHED.replace("false", "true")))


@fault("banner-whatever-health-is-refused-with", brings_back=["HLT-5 others"])
def banner_whatever_health_is_refused_with(platform: Platform) -> None:
    """Takes every answer of health that is no success for the database's, be it a proxy's own."""
    rewrite(platform, SCRIPT, (SAYS_FALSE, f"if (!answer.ok) return true;\n      {SAYS_FALSE}"))


@fault("banner-for-redis-too", brings_back=["HLT-5 redis"])
def banner_for_redis_too(platform: Platform) -> None:
    """Shows the banner while any of the servers behind the platform is away."""
    also = f'if (!(await fetch("/api/health/cache")).ok) return true;\n      {SAYS_FALSE}'
    rewrite(platform, SCRIPT, (SAYS_FALSE, also))


@fault("banner-never-comes", brings_back=["HLT-5"])
def banner_never_comes(platform: Platform) -> None:
    """Reads health's answer where it is good alone, which it is not while the database is away."""
    rewrite(platform, SCRIPT, (SAYS_FALSE, f"if (!answer.ok) return false;\n      {SAYS_FALSE}"))


@fault("banner-asks-once", brings_back=["HLT-5"])
def banner_asks_once(platform: Platform) -> None:
    """Asks health when the page is loaded, and never again."""
    rewrite(platform, SCRIPT, ("next = setTimeout(look,", "(() => {})("))


@fault("banner-never-goes", brings_back=["HLT-5"])
def banner_never_goes(platform: Platform) -> None:
    """Leaves the banner there until somebody loads the page again."""
    rewrite(platform, SCRIPT, (SHOWS, "banner.hidden &&= !shown;"))


@fault("banner-remembers-for-a-minute", brings_back=["HLT-5"])
def banner_remembers_for_a_minute(platform: Platform) -> None:
    """Asks health only where what it has said last is a minute old, good or bad."""
    rewrite(platform, SCRIPT, ("{ there: 3_000, away: 2_000 }", "{ there: 3_000, away: 60_000 }"))


@fault("banner-is-a-passing-message", brings_back=["HLT-5"])
def banner_is_a_passing_message(platform: Platform) -> None:
    """Takes the banner away after two seconds, whether or not the database is back."""
    once = "if (shown && !banner.told) setTimeout(() => (banner.hidden = true), 2_000);\n    "
    rewrite(platform, SCRIPT, (SHOWS, f"{once}if (!shown || !banner.told) {SHOWS}\n    banner.told = shown;"))


@fault("banner-transparent", brings_back=["HLT-5"])
def banner_transparent(platform: Platform) -> None:
    """Lets the banner fade in, and never begins."""
    rewrite(platform, "app.css", (".outage {\n", ".outage {\n  opacity: 0;\n"))


@fault("banner-outside-of-the-window", brings_back=["HLT-5"])
def banner_outside_of_the_window(platform: Platform) -> None:
    """Lets the banner slide in from above, and never begins."""
    rewrite(
        platform, "app.css", (".outage {\n  position: sticky;", ".outage {\n  position: fixed;\n  margin-top: -30vh;")
    )


@fault("banner-always-there", brings_back=["HLT-5"])
def banner_always_there(platform: Platform) -> None:
    """Shows what is hidden: a style says more than the attribute."""
    rewrite(platform, "app.css", ("[hidden] { display: none !important; }", "[hidden] { display: block; }"))


banner_on_any_failed_call.probe = _says("window.fetch =")
banner_when_health_is_not_reached.probe = _says("catch {\n      return true")
banner_whatever_health_is_refused_with.probe = _says("if (!answer.ok) return true;")
banner_for_redis_too.probe = _says("/api/health/cache")
banner_never_comes.probe = _says("!answer.ok")
banner_asks_once.probe = _says("(() => {})(")
banner_never_goes.probe = _says("&&= !shown")
banner_remembers_for_a_minute.probe = _says("60_000")
banner_is_a_passing_message.probe = _says("banner.told")
banner_transparent.probe = says("/", "app.css", "opacity: 0;")
banner_outside_of_the_window.probe = says("/", "app.css", "-30vh")
banner_always_there.probe = says("/", "app.css", "[hidden] { display: block; }")
