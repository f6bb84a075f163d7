"""Markdown to HTML without inline styles: headings with anchors, highlighted code, tables that scroll, links of ours.

HTML in the Markdown is shown as text. Heading ids are those of GitHub, so that links work in both places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

type Addresses = Callable[[str], str | None]


@dataclass(frozen=True)
class Section:
    """A heading and the plain text below it, up to the next heading."""

    level: int
    slug: str
    title: str
    text: str


@dataclass
class Rendered:
    """A page's HTML, its sections in order, and relative links that lead nowhere."""

    html: str
    sections: tuple[Section, ...]
    broken: list[str] = field(default_factory=list)

    @property
    def contents(self) -> list[Section]:
        """The entries of the table of contents."""
        return [section for section in self.sections if section.level in (2, 3)]


def slug_of(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def render(text: str, *, address_of: Addresses) -> Rendered:
    """Renders a page; `address_of` gives the address of a relative link, or None where there is none."""
    environment: dict[str, Any] = {"address_of": address_of, "broken": []}
    tokens = _parser.parse(text, environment)
    sections = _sections(tokens)
    html = _parser.renderer.render(tokens, _parser.options, environment)
    return Rendered(html, sections, environment["broken"])


def _plain(token: Token) -> str:
    """The text of an inline token, without marks."""
    return "".join(
        child.content
        if child.type in ("text", "code_inline")
        else " "
        if child.type in ("softbreak", "hardbreak")
        else ""
        for child in token.children or ()
    )


def _sections(tokens: Sequence[Token]) -> tuple[Section, ...]:
    """Gives each heading its id, and collects the text below it."""
    sections: list[tuple[int, str, str, list[str]]] = []
    uses: dict[str, int] = {}
    inside = False
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            inside = True
            title = _plain(tokens[place + 1])
            slug = slug_of(title)
            uses[slug] = uses.get(slug, -1) + 1
            slug = f"{slug}-{uses[slug]}" if uses[slug] else slug
            token.attrSet("id", slug)
            token.meta = {"title": title}
            sections.append((int(token.tag[1]), slug, title, []))
        elif token.type == "heading_close":
            inside = False
        elif sections and not inside and token.type in ("inline", "fence", "code_block"):
            sections[-1][3].append(_plain(token) if token.type == "inline" else token.content)
    return tuple(Section(level, slug, title, " ".join(parts)) for level, slug, title, parts in sections)


# --- rules of the renderer ------------------------------------------------------------------------------------------
type _Environment = MutableMapping[str, Any]


def _link(tokens: Sequence[Token], place: int, env: _Environment) -> str:
    token = tokens[place]
    target = str(token.attrGet("href") or "")
    if re.match(r"https?:", target):
        token.attrSet("rel", "external")
    else:
        address = env["address_of"](target)
        if address is None:
            env["broken"].append(target)
        token.attrSet("href", address or "")
    return RendererHTML().renderToken(tokens, place, _parser.options, env)


def _image(tokens: Sequence[Token], place: int, env: _Environment) -> str:
    from relations.web.docs.library import library  # which renders its pages with this module

    token = tokens[place]
    target = str(token.attrGet("src") or "")
    address = env["address_of"](target)
    if address is None:
        env["broken"].append(target)
        return escape(token.content)
    width, height = library().image_size(address)
    return (
        f'<img src="{escape(address)}" alt="{escape(token.content)}" width="{width}" height="{height}" '
        'loading="lazy" decoding="async">'
    )


def _heading_close(tokens: Sequence[Token], place: int, env: _Environment) -> str:
    """A link to the heading itself, except on the page's title."""
    opening = tokens[place - 2]
    if opening.tag == "h1":
        return "</h1>\n"
    name = escape(f"Link to “{opening.meta['title']}”")
    return f' <a class="anchor" href="#{opening.attrGet("id")}" aria-label="{name}">#</a></{opening.tag}>\n'


def _cell(tokens: Sequence[Token], place: int, env: _Environment) -> str:
    """A cell without an inline style for its alignment."""
    is_right = "right" in str(tokens[place].attrGet("style") or "")
    return '<td class="number">' if is_right else "<td>"


def _code(tokens: Sequence[Token], place: int, env: _Environment) -> str:
    token = tokens[place]
    return f'<pre tabindex="0"><code>{highlighted(token.content, token.info.strip())}</code></pre>\n'


_RULES: Mapping[str, Callable[[Sequence[Token], int, _Environment], str]] = {
    "link_open": _link, "image": _image, "heading_close": _heading_close, "td_open": _cell,
    "fence": _code, "code_block": _code,
    "table_open": lambda *_: '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>\n',
    "table_close": lambda *_: "</table></div>\n",
    "th_open": lambda tokens, place, _: '<th scope="col">' if tokens[place + 1].content else "<td>",
    "th_close": lambda tokens, place, _: "</th>" if tokens[place - 1].content else "</td>",
}  # fmt: skip
_FORMATTER = HtmlFormatter(nowrap=True)


def highlighted(code: str, language: str) -> str:
    """HTML with Pygments' classes; plain where the language is none or unknown."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False) if language else None
    except ClassNotFound:
        lexer = None
    return escape(code, quote=False) if lexer is None else str(highlight(code, lexer, _FORMATTER))


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name, rule in _RULES.items():
        parser.add_render_rule(name, lambda _, tokens, place, __, env, rule=rule: rule(tokens, place, env))
    return parser


_parser = _make_parser()
