"""Rules of each room, read from syntax trees; import-linter enforces which room may import which (pyproject.toml).

Every rule is shown to fail on a broken example; every exception carries its reason and fails once it is not needed.
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import syntax

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 320, 35

WRITING_ROOMS = ("relations.ledger", "relations.outbox", "relations.delivery", "relations.migrations")
"""Facts, designations and imports are written by the ledger; subscriptions and deliveries by the other two."""


class Module(NamedTuple):
    path: str
    """Below the repository: `relations/ledger/facts.py`."""
    source: str

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> str:
        return self.name if self.path.endswith("/__init__.py") else self.name.rpartition(".")[0]

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        return _nodes(self.source)


@cache
def _nodes(source: str) -> tuple[ast.AST, ...]:
    return tuple(syntax.nodes(source))


class Breach(NamedTuple):
    what: str
    """The name that an exception has to give."""
    line: int
    why: str


def is_in(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@cache
def imported(module: Module) -> tuple[tuple[str, int], ...]:
    """Every name that the module imports, anywhere in it, with its line."""
    return tuple(_imported(module))


def _imported(module: Module) -> Iterator[tuple[str, int]]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.package.split(".")[: 1 - node.level or None] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{origin}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and _last_name(node.func) in ("import_module", "__import__") and node.args:
            text = node.args[0]
            name = text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else "a computed name"
            yield name, node.lineno


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _chain(node: ast.expr) -> str:
    """`os.environ.get` of a chain of attributes; only its end where it starts with something else."""
    if isinstance(node, ast.Attribute):
        return f"{_chain(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


_ALWAYS_WRITES = {
    name
    for verb in ("save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete")
    for name in (verb, f"a{verb}")
}
_SQL_WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "COPY", "MERGE", "ALTER", "DROP", "CREATE")


def only_the_ledger_writes(module: Module) -> Iterator[Breach]:
    """A queryset's `update` takes keywords and nothing else; the `update` of dictionaries and hashes takes a value.

    What is called on a name that was imported from the ledger is the ledger's own act.
    """
    if is_in(module.name, WRITING_ROOMS):
        return
    doors = {name.rpartition(".")[2] for name, _ in imported(module) if is_in(name, WRITING_ROOMS)}
    for node in module.nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        verb, words = node.func.attr, _chain(node.func)
        if words.partition(".")[0] in doors:
            continue
        updates = verb in ("update", "aupdate") and node.keywords and not node.args
        if verb in _ALWAYS_WRITES or updates:
            yield Breach(words, node.lineno, "a write outside the ledger")
        elif verb in ("execute", "executemany", "copy", "aexecute") and _sql(node).startswith(_SQL_WRITES):
            yield Breach(words, node.lineno, "SQL that writes, outside the ledger")
        elif words.endswith("objects.raw") or verb == "raw_sql":
            yield Breach(words, node.lineno, "raw SQL that this test cannot judge")


def _sql(call: ast.Call) -> str:
    """The first words of the statement, as far as it is written down."""
    text = call.args[0] if call.args else None
    if isinstance(text, ast.JoinedStr):
        text = text.values[0]
    return text.value.strip().upper() if isinstance(text, ast.Constant) and isinstance(text.value, str) else ""


_EMPTY_NAMES = {"utils", "util", "common", "helpers", "helper", "services", "base", "misc", "tools", "lib"}


def rooms_are_named_by_subject(module: Module) -> Iterator[Breach]:
    for part in module.name.split("."):
        if _EMPTY_NAMES & set(part.split("_")):
            yield Breach(part, 1, f"{part!r} names no subject")


def only_the_settings_read_the_environment(module: Module) -> Iterator[Breach]:
    if module.path == "tracker/settings.py":
        return
    for node in module.nodes:
        if isinstance(node, ast.Attribute) and _chain(node) in ("os.environ", "os.getenv", "os.environb", "os.putenv"):
            yield Breach(_chain(node), node.lineno, "the environment is read in tracker/settings.py")
    for name, line in imported(module):
        if name in ("os.environ", "os.getenv") or name.split(".")[0] in ("environ", "decouple", "dotenv"):
            yield Breach(name, line, "the environment is read in tracker/settings.py")


_NETWORK = (
    "aiohttp", "asyncio.open_connection", "ftplib", "http.client", "httpcore", "httpcore2", "httpx", "requests",
    "smtplib", "socket", "ssl", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc",
)  # fmt: skip


def only_net_touches_the_network(module: Module) -> Iterator[Breach]:
    if is_in(module.name, ("relations.net",)):
        return
    for name, line in imported(module):
        if any(name == taken or name.startswith(f"{taken}.") for taken in _NETWORK):
            yield Breach(name, line, "only relations/net/ touches the network")


def only_commands_speak_to_the_terminal(module: Module) -> Iterator[Breach]:
    if module.path.startswith("relations/management/commands/"):
        return
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "input"):
            yield Breach(node.func.id, node.lineno, "only commands print")
        if isinstance(node, ast.Attribute) and _chain(node) in ("sys.argv", "sys.stdout"):
            yield Breach(_chain(node), node.lineno, "only commands read argv and print")
    for name, line in imported(module):
        if name.split(".")[0] in ("argparse", "click", "getopt", "optparse", "typer") or name == "sys.argv":
            yield Breach(name.split(".")[0], line, "only commands read argv")


def files_and_functions_are_short(module: Module) -> Iterator[Breach]:
    if is_in(module.name, ("relations.migrations",)):
        return
    lines = module.source.count("\n")
    if lines > MOST_LINES:
        yield Breach("file", lines, f"{lines} lines; at {MOST_LINES} it becomes a folder")
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_LINES_OF_A_FUNCTION:
                yield Breach(node.name, node.lineno, f"{length} lines do more than one act")


type Rule = Callable[[Module], Iterator[Breach]]
RULES: tuple[Rule, ...] = (
    only_the_ledger_writes,
    rooms_are_named_by_subject,
    only_the_settings_read_the_environment,
    only_net_touches_the_network,
    only_commands_speak_to_the_terminal,
    files_and_functions_are_short,
)

EXCEPTIONS: dict[tuple[Rule, str, str], str] = {
    (only_the_ledger_writes, "tracker/sessions.py", "delete"): "Django's own writing of sessions, under another key",
    (only_net_touches_the_network, "tracker/overload/clients.py", "socket"): (
        "sets an option of open connections of the server; it opens none"
    ),
    (only_the_settings_read_the_environment, "tracker/environment.py", "os.environ"):
        "reads for tracker/settings.py, which alone names the variables",
    (only_the_settings_read_the_environment, "tracker/wsgi.py", "os.environ"): "names the settings to Django",
    (only_the_settings_read_the_environment, "tracker/launcher/prepare.py", "os.environ"):
        "names the settings to Django",
    (only_the_settings_read_the_environment, "tracker/launcher/orphans.py", "os.environ"):
        "runs before Django, in every process that ./run starts",
    (only_the_settings_read_the_environment, "tracker/launcher/install.py", "os.environ"):
        "runs before Django is installed",
    (only_the_settings_read_the_environment, "tracker/launcher/serve.py", "os.environ"):
        "chooses the settings of the processes that it starts",
    (only_the_settings_read_the_environment, "tracker/launcher/embedded.py", "os.environ"):
        "PostgreSQL's processes get PATH and TZ and nothing else",
    (only_the_settings_read_the_environment, "tracker/launcher/backup.py", "os.environ"):
        "names the settings to Django, and the folder in which ./run was called",
    (only_the_settings_read_the_environment, "tracker/launcher/pg_client.py", "os.environ"):
        "hands libpq's variables and the password to pg_dump and pg_restore",
    (only_net_touches_the_network, "tracker/launcher/serve.py", "socket"):
        "looks whether its own port is free, and asks its own server whether it is ready",
    (only_the_ledger_writes, "relations/management/commands/token.py", "users.objects.get_or_create"):
        "makes one of Django's own users, which is no fact",
    (only_commands_speak_to_the_terminal, "tracker/launcher/serve.py", "print"): "it is ./run",
    (only_commands_speak_to_the_terminal, "tracker/launcher/serve.py", "sys.argv"): "it is ./run",
    (only_commands_speak_to_the_terminal, "tracker/launcher/backup.py", "print"): "it is ./run's own command",
    (only_commands_speak_to_the_terminal, "tracker/launcher/backup.py", "sys.argv"): "it is ./run's own command",
    (only_commands_speak_to_the_terminal, "tracker/launcher/prepare.py", "sys.argv"): "it is ./run's own command",
    (only_commands_speak_to_the_terminal, "tracker/launcher/install.py", "print"):
        "it is ./run before anything is installed",
    (only_commands_speak_to_the_terminal, "tracker/launcher/install.py", "sys.stdout"): "the same",
    (only_commands_speak_to_the_terminal, "tracker/launcher/install.py", "sys.argv"):
        "it is ./run before anything is installed",
    (only_commands_speak_to_the_terminal, "tracker/launcher/prepare.py", "print"):
        "shows the first editor's password, once",
    (only_commands_speak_to_the_terminal, "tracker/launcher/embedded.py", "argparse"): "is a process of its own",
}  # fmt: skip
"""Rule, file and what it does there: why it may."""


@cache
def modules() -> list[Module]:
    paths = (path for room in ("relations", "tracker") for path in sorted((ROOT / room).rglob("*.py")))
    return [Module(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths]


@cache
def breaches_of(rule: Rule) -> list[tuple[Module, Breach]]:
    return [(module, breach) for module in modules() for breach in rule(module)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule):
    breaches = [
        f"{module.path}:{breach.line}: {breach.what}: {breach.why}"
        for module, breach in breaches_of(rule)
        if (rule, module.path, breach.what) not in EXCEPTIONS
    ]
    assert breaches == []


def test_every_exception_is_still_needed():
    needed = {(rule, module.path, breach.what) for rule in RULES for module, breach in breaches_of(rule)}
    assert [(rule.__name__, *place) for rule, *place in EXCEPTIONS.keys() - needed] == []


LONG = "x = 1\n" * (MOST_LINES + 1)
LONG_FUNCTION = "def act():\n" + "    x = 1\n" * MOST_LINES_OF_A_FUNCTION

BROKEN: list[tuple[Rule, str, str]] = [
    (only_the_ledger_writes, "relations/representation/facts.py", "fact.save()"),
    (only_the_ledger_writes, "relations/representation/facts.py", "Fact.objects.create(on='2014')"),
    (only_the_ledger_writes, "relations/representation/facts.py", "Fact.objects.filter(pk=1).update(on='2014')"),
    (only_the_ledger_writes, "relations/representation/facts.py", "rows = known()\nrows.update(on='2014')"),
    (only_the_ledger_writes, "relations/feeds/atom.py", "async def page():\n    await Fact.objects.adelete()"),
    (only_the_ledger_writes, "relations/admin/facts.py", "Fact.objects.bulk_create(rows)"),
    (only_the_ledger_writes, "relations/importers/sources/un.py", "Country.objects.get_or_create(code='BY')"),
    (only_the_ledger_writes, "relations/models/facts.py", "super().save(*args)"),
    (only_the_ledger_writes, "relations/status/folds.py", "cursor.execute(' delete from relations_citation')"),
    (only_the_ledger_writes, "relations/representation/facts.py", "cursor.execute(f'UPDATE {table} SET note = 1')"),
    (rooms_are_named_by_subject, "relations/utils.py", ""),
    (rooms_are_named_by_subject, "relations/api/common/paging.py", ""),
    (rooms_are_named_by_subject, "relations/api/date_helpers.py", ""),
    (rooms_are_named_by_subject, "relations/services/__init__.py", ""),
    (rooms_are_named_by_subject, "tracker/base.py", ""),
    (only_the_settings_read_the_environment, "relations/apps.py", "import os\nDEBUG = os.environ['DEBUG']"),
    (only_the_settings_read_the_environment, "relations/apps.py", "import os\nDEBUG = os.getenv('DEBUG')"),
    (only_the_settings_read_the_environment, "tracker/urls.py", "from os import environ"),
    (only_net_touches_the_network, "relations/representation/facts.py", "import socket"),
    (
        only_net_touches_the_network,
        "relations/importers/sources/ofac/__init__.py",
        "from urllib.request import urlopen",
    ),
    (only_net_touches_the_network, "relations/ledger/sources.py", "def fetch():\n    import httpcore2"),
    (only_net_touches_the_network, "relations/delivery/sending.py", "import ssl"),
    (only_commands_speak_to_the_terminal, "relations/ledger/facts.py", "print('recorded')"),
    (only_commands_speak_to_the_terminal, "relations/importers/sources/un.py", "import sys\npath = sys.argv[1]"),
    (only_commands_speak_to_the_terminal, "relations/importers/sources/un.py", "import argparse"),
    (files_and_functions_are_short, "relations/codes/lists.py", LONG),
    (files_and_functions_are_short, "tracker/settings.py", LONG_FUNCTION),
    (files_and_functions_are_short, "relations/representation/facts.py", LONG_FUNCTION.replace("def", "async def")),
]


@pytest.mark.parametrize(("rule", "path", "source"), BROKEN)
def test_a_breach_is_found(rule, path, source):
    assert list(rule(Module(path, source)))


SOUND: list[tuple[Rule, str, str]] = [
    (only_the_ledger_writes, "relations/ledger/facts.py", "fact.save()"),
    (
        only_the_ledger_writes,
        "relations/representation/facts.py",
        "shown = {}\nshown.update(other)\nhashed.update(b'')",
    ),
    (only_the_ledger_writes, "relations/representation/facts.py", "cursor.execute('SELECT updated FROM deleted')"),
    (only_net_touches_the_network, "relations/net/client.py", "import httpcore2"),
    (only_net_touches_the_network, "relations/representation/facts.py", "from urllib.parse import urlencode"),
    (only_commands_speak_to_the_terminal, "relations/management/commands/refresh.py", "import argparse\nprint(1)"),
    (only_the_settings_read_the_environment, "tracker/settings.py", "import os\nDEBUG = os.environ['DEBUG']"),
    (rooms_are_named_by_subject, "relations/status/trend.py", ""),
    (files_and_functions_are_short, "relations/migrations/0001_initial.py", LONG),
]


@pytest.mark.parametrize(("rule", "path", "source"), SOUND)
def test_what_is_sound_is_no_breach(rule, path, source):
    assert list(rule(Module(path, source))) == []


def test_no_test_module_imports_another():
    """Tests share through modules that have none, so that a test can change alone."""
    importing = re.compile(
        r"^\s*(from tests(\.\w+)*\.test_|import tests\.(\w+\.)*test_|from tests(\.\w+)* import test_)", re.MULTILINE
    )
    assert importing.search("    from tests.web.test_data import reader")
    assert [path.name for path in (ROOT / "tests").rglob("*.py") if importing.search(path.read_text("utf-8"))] == []
