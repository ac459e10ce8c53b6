"""The one place where the platform is put together from its parts."""

from reference.accounts.cookies import Cookies
from reference.accounts.login import Login
from reference.accounts.memory_sessions import MemorySession, NoCopies
from reference.accounts.password_change import PasswordChange
from reference.accounts.passwords import Passwords
from reference.accounts.portals import Portals
from reference.accounts.registration import Registration
from reference.accounts.session_cache import SessionCache
from reference.accounts.sessions import PgSession, Sessions, SessionStore
from reference.accounts.user_admin import UserAdmin
from reference.accounts.users import Users
from reference.cache import Cache
from reference.clock import Clock
from reference.cors import Cors
from reference.database import Database
from reference.desk.calendar import Calendar
from reference.desk.deals import Deals
from reference.desk.funds import Funds
from reference.desk.schedules import Schedules
from reference.headers import Headers
from reference.health import Health
from reference.logs import Log
from reference.market.analytics import Analytics
from reference.market.dashboards import Dashboards
from reference.market.pitches import Pitches
from reference.metrics import Metrics
from reference.pages.assets import Assets
from reference.pages.serving import Pages
from reference.proxies import Proxies
from reference.realtime.notifications import Notifications
from reference.realtime.sockets import Sockets
from reference.realtime.stream import Stream
from reference.routing import RouteRecord, table
from reference.schema import Migrations
from reference.seeding import Seeder
from reference.settings import Settings


class Platform:
    """The settings and the parts. Parts reach each other through here, at the time they need each other.

    Nothing is connected or started by putting it together; `routes` may change until it is served.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.log = Log()
        self.database = Database(self)
        self.cache = Cache(self)
        self.migrations = Migrations(self)
        self.seeder = Seeder(self)
        self.users = Users(self)
        self.passwords = Passwords(self)
        self.proxies = Proxies(self)
        self.cookies = Cookies(self)
        in_memory = settings.use_memory_sessions
        self.session_store: SessionStore = MemorySession() if in_memory else PgSession(self)
        self.session_cache = NoCopies(self) if in_memory else SessionCache(self)
        self.sessions = Sessions(self)
        self.login = Login(self)
        self.portals = Portals(self)
        self.registration = Registration(self)
        self.password_change = PasswordChange(self)
        self.user_admin = UserAdmin(self)
        self.health = Health(self)
        self.metrics = Metrics(self)
        self.headers = Headers(self)
        self.cors = Cors(self)
        self.deals = Deals(self)
        self.schedules = Schedules(self)
        self.funds = Funds(self)
        self.calendar = Calendar(self)
        self.pitches = Pitches(self)
        self.dashboards = Dashboards(self)
        self.analytics = Analytics(self)
        self.notifications = Notifications(self)
        self.stream = Stream(self)
        self.sockets = Sockets(self)
        self.assets = Assets(self)
        self.pages = Pages(self)
        self.routes: list[RouteRecord] = table()


def assemble(settings: Settings) -> Platform:
    """Return a platform made of its ordinary parts."""
    return Platform(settings)
