"""Checks docstrings, comments, names and documentation for the English of CONTRIBUTING.md: plain verbs and openings."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from tests import syntax

ROOT = Path(__file__).resolve().parent.parent
PRIVATE = re.compile(
    r"\b(tells?|told|telling|stands?|stood|standing|holds?|held|holding|keeps?|kept|turns?|turned|settles?|settled|settling"
    r"|behind|beside|anew|morrow|nought|put by|out of breath|in a circle)\b",
    re.IGNORECASE,
)
"""Words that meant nine things here. CONTRIBUTING.md names what to write instead."""
TERMS = re.compile(
    r"behind (a|the|an|its|two|several|your) (\w+ )?(prox|cache|load)\w*"
    r"|(hold|holds|held|holding) (a|the|its|no|their) (\w+ )?(lock|lease)\w*"
    r"|lock\w* (is |are )?held|keep-alive|keepalive|in turn\b|turn(s|ed)? (on|off|out)\b|`[^`]*`|\"[^\"\n]*\"|“[^”]*”",
    re.IGNORECASE,
)
"""Phrases in which the word is the field's own, or somebody else's."""
SQL = re.compile(r"\b(SELECT|FROM|BEGIN|RAISE|INSERT)\b")
RECORDED = (
    "The name stands in the source's entry for that country.",
    "Named as chief of mission beside a vacant post of ambassador.",
)
"""Notes of recorded facts: with other words the next import would correct every one of them."""
OTHERS_NAMES = {"WEBHOOK_KEEP_DAYS", "WHITENOISE_KEEP_ONLY_HASHED_FILES", "kept", "turn", "tell", "turns", "not_found"}
"""Settings, fields of the public API, methods of Python's files and modules of Django."""
HEADLESS = re.compile(
    r"(What|Who|Whom|Whose|Which|Of|How|Whether|Those|That|Where|When|Not|As|Is|Why|If|It|Since|So|They|These|Until"
    r"|(What|Who|Which|Where|When|How)ever|Because)\b"
)
OPENING = re.compile(rf"[\"'](\\\n)?{HEADLESS.pattern}")
"""In a source: the beginning of any text that opens so."""
CODE = [path for room in ("relations", "tracker", ".ci", "tests") for path in sorted((ROOT / room).rglob("*.py"))]
PROSE = [ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY", "CHANGELOG")]
PROSE += [*sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "fixtures").rglob("*.md")), ROOT / "seeds/README.md"]
ELSEWHERE = re.compile(r"^```.*?^```|\]\([^)]*\)|^\| `[a-z-]+` \| \d{3} \|[^\n]*", re.MULTILINE | re.DOTALL)
"""In documentation: examples, link targets (file names are permanent), and the messages in the table of errors."""


@lru_cache(maxsize=1)
def nodes(source: str) -> list[ast.AST]:
    """Every node of the last file only, as a million of them would slow all later tests."""
    return syntax.nodes(source)


@lru_cache(maxsize=1)
def has_private_word(source: str) -> bool:
    return PRIVATE.search(source) is not None


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every string that is a statement: Python's docstrings and those below an attribute.

    None of a source where no text can be wrong: to parse it takes ten times as long as to search it.
    """
    if not has_private_word(source) and not OPENING.search(source):
        return
    for node in syntax.statements(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def comments(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every comment; none of a file where no line has a private word after the sign of a comment."""
    if not any(PRIVATE.search(line, line.find("#")) for line in source.splitlines() if "#" in line):
        return
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def messages(source: str) -> Iterator[tuple[int, str]]:
    """Every other text of several words, without SQL; none of a source without a private word."""
    if not has_private_word(source):
        return
    documented = {id(node.value) for node in nodes(source) if isinstance(node, ast.Expr)}
    for node in nodes(source):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in documented:
            continue
        if " " in node.value and not SQL.search(node.value) and node.value.strip() not in RECORDED:
            yield node.lineno, node.value


def names(source: str) -> Iterator[tuple[int, str]]:
    """Every name that the source gives to something, in words; none of a source without a private word."""
    if not PRIVATE.search(in_words(source)):
        return
    for node in nodes(source):
        name = ""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.arg):
            name = node.arg
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            name = node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.keyword) and node.arg == "name" and isinstance(node.value, ast.Constant):
            name = str(node.value.value)  # of a constraint, a trigger or an index
        if name and name not in OTHERS_NAMES:
            yield node.lineno, in_words(name)


def in_words(name: str) -> str:
    """`found` is no name either: of many results of searches it says of none what it is."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).replace("found", "told")


def private_words(texts: Iterator[tuple[int, str]] | list[tuple[int, str]]) -> list[str]:
    suspect = [(line, text) for line, text in texts if PRIVATE.search(text)]  # few: the terms take far longer
    return [f"{line}: {word[0]}" for line, text in suspect for word in PRIVATE.finditer(TERMS.sub("", text))]


def test_docstrings_comments_and_messages_are_plain():
    wrong = []
    for path in CODE:
        source = path.read_text("utf-8")
        documented = list(docstrings(source))
        quotes_others = "migrations" in path.parts or "tests" in path.parts
        shown = [] if quotes_others else messages(source)
        places = private_words([*documented, *comments(source), *shown])
        places += [f"{line}: {text[:40]}" for line, text in documented if HEADLESS.match(text)]
        wrong += [f"{path.relative_to(ROOT)}:{place}" for place in places]
    assert wrong == []


def test_names_are_plain():
    wrong = []
    for path in CODE:
        if {"migrations", "tests"} & set(path.parts):
            continue
        wrong += [f"{path.relative_to(ROOT)}:{place}" for place in private_words(names(path.read_text("utf-8")))]
    assert wrong == []


def test_documentation_is_plain():
    wrong = []
    for path in PROSE:
        prose = ELSEWHERE.sub(lambda block: "\n" * block[0].count("\n"), path.read_text("utf-8"))
        wrong += [
            f"{path.relative_to(ROOT)}:{place}" for place in private_words(list(enumerate(prose.splitlines(), 1)))
        ]
    assert wrong == []


def test_the_check_bites():
    assert private_words([(1, "The log tells of what stands behind it.")]) == ["1: tells", "1: stands", "1: behind"]
    source = "# A word that tells.\nheld = 1\nheld = '#'  # It is plain.\n"
    assert private_words(list(comments(source))) == ["1: tells"]
    source = 'class A:\n    """Of tests."""\n    def heldUp(self, found):\n        return "it is told"\n'
    assert [list(check(source)) for check in (docstrings, messages, names)] == [
        [(2, "Of tests.")], [(4, "it is told")], [(1, "A"), (3, "held Up"), (3, "self"), (3, "told")],
    ]  # fmt: skip
    for opened in ('"""Of tests."""', "'Of tests.'", 'r"Of tests."', '"""\\\nOf tests."""'):
        assert [text for _, text in docstrings(opened)] == ["Of tests."]
    assert private_words([(1, "Behind a proxy the lock is held; `told` is quoted.")]) == []
