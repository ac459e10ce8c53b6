"""What people get wrong in a profile: each mistake is one line that names file, key and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plumbline.profile_file import ProfileError, load
from tests.whole_runs import pytest_run

if TYPE_CHECKING:
    from pathlib import Path

STARTED = 'name = "x"\n{}\n[commands]\nserve = ["serve"]\n'
REACHED = 'name = "x"\n{}\n[remote]\norigins = ["https://staging.example.org"]\n'
AT = 'name = "x"\n[remote]\norigins = ["{}"]\n'
RUN_BY = 'name = "x"\n[commands]\n{}\n'
ACCOUNT = '[accounts.admin]\nusername = "ada"\npassword = "password123"\n'
STEP = '[[login.steps]]\npost = "/in"\njson = {{ p = "{{password}}" }}\n{}'
LAST = '[[login.steps]]\npost = "/in"\nform = {{ p = "{{password}}" }}'
TAKE = '[[login.steps]]\nget = "/in"\ntake = {{ token = {} }}\n' + LAST
API = ACCOUNT + '[makes.deal]\ncreate = "{}"\nundo = "{}"'
SQL = '[makes.deal]\ninsert = "{}"\ndelete = "{}"'
INSERT, DELETE = "INSERT INTO d DEFAULT VALUES RETURNING id", "DELETE FROM d WHERE id = %(id)s"
REGISTER = ACCOUNT + "{}\n[register]\n{}\n[[register.steps]]\npost = '/in'\nform = {{ e = '{{email}}'{} }}\n"
USER, ALL = f"[makes.user]\ninsert = '{INSERT}'\ndelete = '{DELETE}'", ", p = '{password}'"
DISABLED = ACCOUNT + "[disabling]\n{}\n[[disabling.steps]]\npatch = '/users/{{id}}'\njson = {{ disabled = true }}\n"

FILES = {
    "bad.txt": b"not = TOML at all", "old.yaml": b"swagger: '2.0'\n", "bytes": b"\xff",
    "needs.toml": b"needs.users = ['slect']",
}  # fmt: skip

WRONG = [
    # the file and its words
    ("name = x", "not TOML", "line 1"),
    (STARTED.format('cokie = "x"'), "cokie: there is no such key", "did you mean 'cookie'?"),
    ('name = "x"\n[commands]\nserve = ["serve"]\ncookie = "sid"', "commands.cookie", "write it above the first table"),
    (STARTED.format('[login]\nuser = "mail"'), "login.user: there is no such key", "there is one in [me]"),
    (STARTED.format('remote = "https://x.example.org"'), "remote: is a table", "write [remote]"),
    (STARTED.format("[[login]]\nbody = 'json'"), "login: is one table", "write [login], with one bracket"),
    (STARTED.format("[accepted]\nrow = 'SES-1'"), "accepted: is a list of tables", "write [[accepted]]"),
    (STARTED.format("[login]\nbody = 'xml'"), "login.body: 'xml' is none of its words", "there are: json, form"),
    (STARTED.format("cookie = ['a']"), "cookie: give a text", "in quotes"),
    (STARTED.format("[health]\nbanner = ''"), "health.banner: is empty", 'say "HLT-5" ='),
    (STARTED.format("[health]\nready_without_database = 'often'"), "database: give true or false", "'often'"),
    (STARTED.format("[accounts.admin]\nusername = 7\npassword = 'x'"), "admin.username: give a text", "in quotes"),
    (STARTED.format("offers = 'redis'"), "offers: give a list", '["redis"]'),
    (STARTED.format("[accounts.a]\nusername = 'a'\npassword = 424242"), "accounts.a.password: give", "in quotes"),
    # how it runs
    ('name = "x"', "commands.serve: is missing", "or say in [remote] origins where it runs"),
    (STARTED.format("[remote]\norigins = ['https://x.example.org']"), "remote.origins: stands beside", "take one of"),
    (RUN_BY.format('serve = "npm start"'), "commands.serve: give a list", '["npm", "start"]'),
    (RUN_BY.format('serve = ["npm start"]'), "commands.serve: 'npm start' is one word", '["npm", "start"]'),
    (RUN_BY.format('serve = ["a", "&&", "b"]'), "commands.serve: no shell reads '&&'", '["sh", "-c", "a && b"]'),
    (RUN_BY.format('serve = ["{pyton}"]'), "commands.serve: nothing is filled in", "did you mean 'python'?"),
    (RUN_BY.format('serve = ["a"]\nwarm = "main"'), "commands.warm: 'main'", "write it as module:main"),
    (RUN_BY.format('serve = ["a"]\nconcurrency = 0'), "commands.concurrency: 0 requests", "write 1, or more"),
    (RUN_BY.format('serve = ["a"]\nrecycles = "sometimes"'), "commands.recycles: give true or false", "'sometimes'"),
    (RUN_BY.format('serve = ["a"]\ndeadline = 0'), "commands.deadline: 0 s", "write 20"),
    (RUN_BY.format('serve = ["a"]\nready = "up"'), "commands.ready: 'up' is no path", 'begin it with "/"'),
    (RUN_BY.format('serve = ["a"]\ncwd = "nope"'), "commands.cwd: there is no folder", "from the profile's own"),
    (STARTED.format("offers = ['databse']"), "offers: 'databse' is no capability", "did you mean 'database'?"),
    (STARTED.format("[faults]\nlist = ['a']"), "faults.serve: is missing", "add the command"),
    (STARTED.format("[faults]\nserve = ['a']"), "faults.list: is missing", "add the command"),
    (STARTED.format("[environment]\nHOST = 'x'"), "environment: {port} stands nowhere", 'add PORT = "{port}"'),
    (
        STARTED.format("offers = ['database']\n[environment]\nPORT = '{port}'"),
        "environment: nothing is {database_url}",
        "add it, or take that out",
    ),
    (
        STARTED.format("[environment]\nPORT = '{port}'\nDB = 'postgresql://me:of-mine@db/x'"),
        "environment.DB: is a connection of its own",
        "write {database_url}",
    ),
    (STARTED.format("[environment]\nPORT = '{port'"), "environment.PORT: ", "{{"),
    (STARTED.format("[environment]\nPORT = '{port}'\nA = '{env}'"), "environment.A: {env}", "write {env:NAME}"),
    (STARTED.format("[modes.production]\nTRUST = '{prox}'"), "TRUST: nothing is filled in", "did you mean 'proxy'?"),
    (STARTED.format("[modes.behind_prxy]\nA = '1'"), "modes.behind_prxy: nothing takes", "mean 'behind_proxy'?"),
    (STARTED.format("[modes.production]\n'A B' = '1'"), "modes.production.A B: is no name of a variable", "name one"),
    (STARTED.format("[environment]\n'A B' = '{port}'"), "environment.A B: is no name of a variable", "name one"),
    (STARTED.replace("x", "my platform").format(""), "name: 'my platform'", "letters, digits, dots and hyphens"),
    (STARTED.format("unsupported = { RT = '' }"), "unsupported.RT: has no reason", "say why"),
    # where it is reached
    (AT.format("staging.example.org"), "remote.origins.0: 'staging.example.org' is no origin", "https://staging"),
    (AT.format("http://staging.example.org"), "origins.0: plain http", "write https://staging.example.org"),
    (AT.format("https://x.example.org/app"), "origins.0: 'https://x.example.org/app'", "write https://x.example.org"),
    (AT.format("https://X.example.org:443"), "is more than an origin", "write https://x.example.org"),
    (AT.format("https://me:of-mine@x.example.org"), "origins.0: holds credentials", "password_env"),
    (REACHED.format("[environment]\nPORT = '{port}'"), "environment: is for a platform that the run st", "take it out"),
    (REACHED.format("[faults]\nserve = ['a']\nlist = ['a']"), "faults: is for a platform that the run", "take it out"),
    (REACHED.format("[commands]\nready = '/up'"), "commands: are for a platform that the run starts", "take them out"),
    (REACHED.format("offers = ['restart']"), "offers: 'restart' is for a platform that the run", "take it out"),
    (REACHED.format("offers = ['database']"), "offers: 'database' needs remote.database_url_env", "add it"),
    (REACHED.format(ACCOUNT), "accounts.admin.password: is for a platform that", "name a variable in password_env"),
    (REACHED.format("") + "ca_file = 'nope.pem'", "remote.ca_file: there is no file", "from the profile's own"),
    (REACHED.format("") + "ca_file = 'p.toml'", "p.toml holds no certificate", "as PEM"),
    (
        REACHED.format("") + "database_url_env = 'postgresql://me:of-mine@db/x'",
        "remote.database_url_env: is no name of a variable",
        "put the value into that",
    ),
    (REACHED.format("") + "third_parties = ['*.example.org']", "third_parties.0: '*.example.org'", "write it as http"),
    (REACHED.format("") + "expected_writes = ['a table']", "expected_writes: 'a table'", "public.session"),
    (REACHED.format("") + "allow = 'everything'", "remote.allow: 'everything'", "anonymous, readonly, writes"),
    (REACHED.format("") + "allow = 'writes'", "remote.declaration: is missing", "name a field or header"),
    (REACHED.format("") + "declaration = { field = 'a' }", "remote.declaration.value: is missing", "say what"),
    (REACHED.format("") + "declaration = { value = 'a' }", "remote.declaration: has a value alone", "say in which"),
    (
        REACHED.format("") + "declaration = { field = 'a', header = 'b', value = 'c' }",
        "remote.declaration: has a field and a header",
        "take one of them out",
    ),
    (REACHED.format("") + "limits = { requests_per_second = 0 }", "requests_per_second: 0", "give 0.1 or more"),
    (REACHED.format("") + "release = { answers = 0 }", "remote.release.answers: 0", "give 1 or more"),
    (STARTED.format("[remote]\nsynthetic = true"), "remote.synthetic: is for a platform that is re", "take it out"),
    (STARTED.format("headers = { X-Real-Ip = 'for $ME' }"), "headers.X-Real-Ip: ", 'write "$NAME"'),
    (STARTED.format("headers = { Authorization = 'of-mine' }"), "headers.Authorization: is a secret", 'write "$NAME"'),
    (STARTED.format("headers = { A = '${ME}' }"), "headers.A: is no name of a variable", "name one"),
    (STARTED.format("headers = { 'A B' = 'x' }"), "headers: 'A B' is no header's name", "X-Forwarded-For"),
    (STARTED.format("[[accepted]]\nrow = 'SES-1'\nissue = '#1'\nuntil = 'soon'"), "until: give a day", "2026-12-31"),
    # who logs in, and how
    (STARTED.format("[accounts.admin]\nusername = 'ada'"), "accounts.admin: has no password", "password_env"),
    (STARTED.format(ACCOUNT + "password_env = 'A'"), "has password and password_env", "take one of them out"),
    (STARTED.format(ACCOUNT + "ours = true"), "admin.ours: its sessions are ended by logout.everywhere", "name that"),
    (STARTED.format(ACCOUNT.replace("password123", "$ADA")), "admin.password: is no variable", "without $"),
    (
        STARTED.format(ACCOUNT.replace("password =", "password_env =").replace("password123", "of-mine!")),
        "accounts.admin.password_env: is no name of a variable",
        "put the value into that",
    ),
    (STARTED.format(ACCOUNT + "login = 'signin'"), "accounts.admin.login: 'signin' is no path", 'with "/"'),
    (STARTED.format("[[logout.steps]]\nget = '/a'\npost = '/b'"), "logout.steps.0: both get and post", "give one of"),
    (STARTED.format("[[logout.steps]]\nform = { a = 'b' }"), "logout.steps.0: neither get and post", "give one"),
    (STARTED.format("[[logout.steps]]\nget = '/a'\nform = { a = 'b' }"), "logout.steps.0.get: sends", "write post"),
    (STARTED.format(STEP.format("form = { a = 'b' }")), "login.steps.0: sends form and json", "take one of them"),
    (STARTED.format(STEP.format("headers = { A = '{tokn}' }")), "headers.A: nothing is filled in", "there are: user"),
    (STARTED.format("[[login.steps]]\npost = '/in'"), "login.steps: no step sends {password}", "write it into"),
    (STARTED.format("[[logout.steps]]\nget = 'https://x.example.org/a'"), "is a whole URL", "such as '/a'"),
    (STARTED.format("[[logout.steps]]\nput = '/a'\npatch = '/b'"), "logout.steps.0: both put and patch", "give one of"),
    # how people come and go
    (STARTED.format(REGISTER.format(USER, "", "")), "register.steps: no step sends {password}", "write it into"),
    (STARTED.format(REGISTER.format(USER, "", ALL + ", q = '{name}@real.org'")), "is x@real.org,", "send"),
    (STARTED.format(REGISTER.format(USER, "", ALL + ", q = '{email}.org'")), "x@example.invalid.org,", "send"),
    (STARTED.format(REGISTER.format(USER, "", ALL + ", q = '{mail}'")), "nothing is filled in for {mail}", "'email'?"),
    (STARTED.format(REGISTER.format(USER, "like = 'ada'", ALL)), "register.like: there is no account", "name one"),
    (STARTED.format(REGISTER.format("", "", ALL)), "register.steps: whoever registers has to go", "add [makes.user]"),
    (STARTED.format("[register]\ntaken = [999]"), "register.taken.0: 999 is no status", "from 100 to 599"),
    (STARTED.format("[register]\ntaken = ['x']"), "register.taken.0.status: give a whole number", "without quotes"),
    (STARTED.format("[register]\ntaken = [200]"), "register.taken.0: every good answer has 200", "give a text"),
    (
        STARTED.format("[register]\nregistered = [200]\ntaken = [{ status = 200, text = 'taken' }]"),
        "register.registered: 200 may be taken's as well",
        "give a text",
    ),
    (STARTED.format("[register]\nfind = 'DELETE'"), "register.find: selects nobody", "give a SELECT"),
    (STARTED.format("[register]\nfind = 'SELECT 1'"), "register.find: means nobody", "write %(email)s"),
    (STARTED.format("[[password_change.steps]]\npost = '/a'"), "change.steps: no step sends", "{new_password}"),
    (STARTED.format(DISABLED.format("sql = '%(username)s'")), "disabling: has steps and sql", "take one of them"),
    (STARTED.format(DISABLED.format("account = 'ada'")), "disabling.account: there is no account", "name another"),
    (STARTED.format("[disabling]\nsql = 'UPDATE users'"), "disabling.sql: means nobody", "write %(username)s"),
    (STARTED.format("[disabling]\nsql = '%(username)s'"), "disabling.sql: needs 'database' in offers", "give steps"),
    (STARTED.format(TAKE.format("{}")), "login.steps.0.take.token: is taken from nothing", "give one of css, pattern"),
    (STARTED.format(TAKE.format("{ css = 'a', cookie = 'b' }")), "taken from css and cookie", "take all but one out"),
    (STARTED.format(TAKE.format("{ pattern = '(' }")), "token.pattern: '(' is no regular", "with \\ before it"),
    (STARTED.format(TAKE.format("{ pattern = 'a' }")), "token.pattern: 'a' has no group", "put what is the value in ("),
    (STARTED.format(TAKE.format("{ css = '[' }")), "token.css: '[' is no CSS selector", "input[name=_csrf]"),
    (STARTED.format(TAKE.format("{ json = 'a' }").replace("token", "'a.b'")), "take.a.b: 'a.b'", "name it with"),
    (STARTED.format("[me]\ntext = 'Hello'"), "me.text: 'Hello' names nobody", "write {username}"),
    (STARTED.format("cookie = 'sid=1'"), "cookie: 'sid=1' is no cookie's name", "before its ="),
    # what it answers
    (STARTED.format("[statuses]\nforbidden = [42]"), "statuses.forbidden.0: 42 is no status", "from 100 to 599"),
    (STARTED.format("[statuses]\nforbidden = ['x']"), "forbidden.0.status: give a whole number", "without quotes"),
    (STARTED.format("[statuses]\nlogin_refused = [200]"), "login_refused.0: every good answer has 200", "give a text"),
    (STARTED.format("[health]\naccount = 'ada'"), "health.account: there is no account 'ada'", "add [accounts]"),
    (STARTED.format("[health]\nhealthy = []"), "health.healthy: is empty", '["ok"]'),
    (STARTED.format("[socket]\nrefused_with = [401]"), "socket.refused_with: 401 closes no socket", "1008 and 4401"),
    (STARTED.format("paths = { '/api/auth/mee' = '/me' }"), "paths./api/auth/mee: nothing asks", "'/api/auth/me'?"),
    (STARTED.format("paths = { '/api/auth/me' = 'me' }"), "paths./api/auth/me: 'me' is no path", 'begin it with "/"'),
    (STARTED.format("never = ['/pay me']"), "never: '/pay me' is no path", "%20 for a space"),
    (STARTED.format("absent = ['deals']"), "absent: 'deals' is no path", 'begin it with "/"'),
    (STARTED.format("[routes]\nguarded = ['/a/{id}']"), "routes.guarded: '/a/{id}' has a parameter", "an example"),
    (STARTED.format("[routes]\nguarded = ['/a']\npublic = ['/a']"), "routes.public: '/a'", "take one of them out"),
    (STARTED.format("[routes.roles]\n'/a' = ['ada']"), "routes.roles./a: there is no account", "add [accounts]"),
    (STARTED.format("budgets = { speed = 1 }"), "budgets.speed: nothing is measured", "there are: banner, critical"),
    (STARTED.format("budgets = { critical_route = -1 }"), "budgets.critical_route: -1", "give more than 0"),
    # where its records are
    (STARTED.format("database_role = 'app'"), "database_role: nothing asks a database", 'add "database" to offers'),
    (STARTED.format("schema = 'needs.toml'"), "needs.users: 'slect' is nothing", "there are: select"),
    (STARTED.format("[session]\ntable = 'sessions'"), "session.column: is missing", "only together with it"),
    (STARTED.format("[session]\ntable = 'a;b'\ncolumn = 'c'"), "session.table: 'a;b'", "public.sessions"),
    (STARTED.format("[session]\ntable = 'a'\ncolumn = 'b'\nmove_expiry = '%(seconds)s'"), "stands beside", "take the"),
    (STARTED.format("[session]\nmove_expiry = 'UPDATE s'"), "session.move_expiry: moves nothing", "%(seconds)s"),
    (STARTED.format("[session]\ncached = 'sess:*'"), "session.cached: needs 'redis' in offers", "add it"),
    (STARTED.format("[session]\nupdate_age = 604800"), "session.update_age: 604800 is no part", "give seconds"),
    (STARTED.format("[session]\nmemory_setting = 'A=true'"), "session.memory_setting: is no name", "name one"),
    (STARTED.format("[session]\nlife_setting = 'A B'"), "session.life_setting: is no name of a variable", "name one"),
    (STARTED.format("[session]\nstore = 'djnago-db'"), "session.store: 'djnago-db'", "did you mean 'django-db'?"),
    (STARTED.format("[makes.deal]\nread = 'x %(id)s'"), "makes.deal: has neither insert nor create", "give one"),
    (STARTED.format(SQL.format("INSERT INTO d", DELETE)), "makes.deal.insert: gives no id", "RETURNING id"),
    (STARTED.format(SQL.format(INSERT, "")), "makes.deal.delete: is missing", "WHERE id = %(id)s"),
    (STARTED.format(SQL.format(INSERT, "DELETE FROM d")), "makes.deal.delete: means no record", "write %(id)s"),
    (STARTED.format(API.format("/deals", "DELETE /deals/{id}")), "deal.create: '/deals' is no op", "POST /path"),
    (STARTED.format(API.format("POST /deals", "")), "makes.deal.undo: is missing", "DELETE /path/{id}"),
    (STARTED.format(API.format("POST /a", "DELETE /a")), "deal.undo: 'DELETE /a' means no record", "write {id}"),
    (
        STARTED.format(API.format("POST /a", "DELETE /a/{id}") + "\naccount = 'bob'"),
        "makes.deal.account: there is no account 'bob'",
        "add [accounts.bob]",
    ),
    (STARTED.format("seeded = { deals = 'DELETE FROM d' }"), "seeded.deals: lists nothing", "give a SELECT"),
    # the files beside it
    (STARTED.format("contract = 'open'"), "contract: 'open' is neither closed nor none", "write one of them"),
    (STARTED.format("contract = 'api.yaml'"), "contract: there is no file", "from the profile's own folder"),
    (STARTED.format("contract = 'p.toml'"), "p.toml is no OpenAPI 3 document", "begins with openapi: 3"),
    (STARTED.format("contract = 'old.yaml'"), "old.yaml is Swagger 2", "convert it to OpenAPI 3"),
    (STARTED.format("schema = 'bytes'"), "bytes cannot be read", "name a file of text"),
    (STARTED.format("known = 'nope.toml'"), "known: there is no file", "from the profile's own folder"),
    (STARTED.format("known = 'bad.txt'"), "bad.txt is not TOML", "line 1"),
    (STARTED.format("pages = 'p.toml'"), "p.toml is not like contract/pages.toml", "write it like that"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrong", "remedy"), WRONG, ids=[wrong for _, wrong, _ in WRONG])
def test_a_mistake_is_one_line_with_its_remedy(text: str, wrong: str, remedy: str, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(text)
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)

    with pytest.raises(ProfileError) as refused:
        load(tmp_path / "p.toml")

    said = str(refused.value)
    assert len(said.splitlines()) == 1, said
    assert said.startswith(f"{tmp_path}/p.toml: ")
    assert wrong in said
    assert remedy in said
    assert not {secret for secret in ("of-mine", "424242") if secret in said}, "a secret is told"


RUNS = {
    "neither started nor reached": ('name = "x"', "commands.serve: is missing; add"),
    "a password in a file of somebody else's platform": (
        REACHED.format(ACCOUNT),
        "accounts.admin.password: is for a platform that the run starts; name a variable in password_env",
    ),
    "plain http": (AT.format("http://staging.example.org"), "plain http goes to this machine alone"),
    "no file of known records": (STARTED.format("known = 'nope.toml'"), "known: there is no file"),
}


@pytest.mark.parametrize(("text", "said"), RUNS.values(), ids=RUNS)
def test_a_run_with_it_ends_at_once(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(text)

    run = pytest_run(tmp_path, f"--target={tmp_path}/p.toml")

    assert (run.code, len(run.output.strip().splitlines())) == (4, 1), run.output
    assert f"p.toml: {said}" in run.output.replace("remote.origins.0: ", "")
    assert run.left == []


def test_files_are_looked_at_although_the_profile_was_found_right(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(STARTED.format("known = 'known.toml'"))
    (tmp_path / "known.toml").write_text("")
    load(tmp_path / "p.toml", tmp_path / "kept")
    (tmp_path / "known.toml").unlink()

    with pytest.raises(ProfileError, match=r"known: there is no file"):
        load(tmp_path / "p.toml", tmp_path / "kept")
