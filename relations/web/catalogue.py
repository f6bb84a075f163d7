"""The catalogues of translations, read and written by Babel: GNU gettext need not be installed.

`manage.py makemessages` brings the .po files up to date with the templates and the code, `manage.py compilemessages`
writes the .mo files that Django reads. Both are in the repository; tests compare them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from relations.web.vocabulary import SOURCE_KINDS, WORDS

_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}  # fmt: skip
_ROOM = settings.ROOT / "relations"
_TEMPLATES = [_ROOM / "templates" / "web", _ROOM / "templates" / "admin" / "relations" / "login.html"]


def languages() -> list[str]:
    """The languages into which pages are translated."""
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def po_file(language: str) -> Path:
    return _ROOM / "locale" / language / "LC_MESSAGES" / "django.po"


def templates() -> list[Path]:
    """Every template whose words are translated."""
    return [path for place in _TEMPLATES for path in (sorted(place.rglob("*.html")) if place.is_dir() else [place])]


def _sources() -> Iterator[tuple[Path, str]]:
    for path in templates():
        # Django writes a template as calls of gettext between words without meaning, indented as the template is.
        yield path, "\n".join(line.lstrip() for line in templatize(path.read_text("utf-8")).splitlines())
    for path in [*sorted((_ROOM / "web").rglob("*.py")), settings.ROOT / "tracker" / "error_pages.py"]:
        yield path, path.read_text("utf-8")


def extracted() -> Catalog:
    """Every message of the pages, each with the files in which it occurs."""
    catalog = Catalog()
    for path, source in _sources():
        place = path.relative_to(settings.ROOT).as_posix()
        for _, message, _, context in extract("python", io.BytesIO(source.encode()), _KEYWORDS):
            catalog.add(message, locations=[(place, 1)], context=context)
    for word in (*WORDS.values(), *SOURCE_KINDS.values()):
        catalog.add(word, locations=[("relations/web/vocabulary.py", 1)])
    return catalog


def read(language: str) -> Catalog:
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def update(language: str) -> None:
    """Adds new messages to the .po file, without a translation, and removes those that no longer occur."""
    catalog = read(language)
    catalog.update(extracted(), no_fuzzy_matching=True, update_creation_date=False)
    with po_file(language).open("wb") as file:
        write_po(file, catalog, width=120, ignore_obsolete=True, sort_by_file=True, include_lineno=False)


def compiled(language: str) -> bytes:
    """The content of the .mo file."""
    file = io.BytesIO()
    write_mo(file, read(language))
    return file.getvalue()


def untranslated(language: str) -> list[str]:
    """Messages of the pages that have no translation, or only a part of their plural forms."""
    catalog = read(language)
    return [
        str(message.id)
        for message in extracted()
        if message.id and not _is_whole(catalog.get(message.id, message.context))
    ]


def _is_whole(message: object) -> bool:
    text = getattr(message, "string", "")
    return all(text) if isinstance(text, tuple) else bool(text)
