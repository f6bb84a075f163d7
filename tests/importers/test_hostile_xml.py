"""Hostile files: bombs, foreign entities, cut, empty and mislabelled files. All are refused whole."""

from collections import deque
from pathlib import Path

import pytest

from relations.errors import FileRefused
from relations.importers.engine import xml_records
from relations.importers.engine.parties import Party, Unreadable
from relations.importers.sources import eu, uk, un

FILES = Path(__file__).parent / "files"
UN = (FILES / "un" / "before.xml").read_bytes()
BOMB = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
LISTS = pytest.mark.parametrize(
    ("parser", "root"),
    [(un, "CONSOLIDATED_LIST"), (eu, f'export xmlns="{eu.NAMESPACE}"'), (uk, "Designations")],
    ids=["un", "eu", "uk"],
)


@pytest.fixture
def reason(tmp_path):
    """Reasons to refuse a file of these bytes, by the parser and, where it comes to that, by the header's reader."""

    def refuse(parser, content: bytes) -> str:
        path = tmp_path / "list.xml"
        path.write_bytes(content)
        with pytest.raises(FileRefused) as refused:
            read_whole(parser, path)
        return str(refused.value).removeprefix("list.xml is refused whole: ")

    return refuse


def read_whole(parser, path: Path) -> None:
    parser.publication([path])
    deque(parser.parse([path]), maxlen=0)


@LISTS
def test_a_bomb_of_entities_is_refused(reason, parser, root):
    content = BOMB + f"<{root}><x>&c;</x></{root.partition(' ')[0]}>".encode()
    assert reason(parser, content) == "it carries a document type declaration, which no such list does."


@LISTS
def test_an_external_entity_is_never_fetched(reason, parser, root, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    content = f'<!DOCTYPE l [<!ENTITY x SYSTEM "{secret.as_uri()}">]><{root}>&x;</{root.partition(" ")[0]}>'
    assert reason(parser, content.encode()) == "it carries a document type declaration, which no such list does."


@LISTS
def test_a_document_type_on_its_own_is_refused(reason, parser, root):
    content = f'<!DOCTYPE l SYSTEM "http://127.0.0.1:9/l.dtd"><{root}></{root.partition(" ")[0]}>'
    assert reason(parser, content.encode()) == "it carries a document type declaration, which no such list does."


@LISTS
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "it is empty."),
        (b"  \n", "it is empty."),
        (b"<!DOCTYPE html><html><body>503</body></html>", "it is an HTML page and not the list."),
        (b"\xef\xbb\xbf<HTML><body>Sorry<br></HTML>", "it is an HTML page and not the list."),
        (b"<other/>", "its root element is 'other' and not "),
        (b'36,"AEROCARIBBEAN"', "it is not XML."),
        (b"\x00\x00\x00", "it is not XML."),
    ],
)
def test_what_is_not_the_list_is_refused(reason, parser, root, content, expected):
    assert reason(parser, content).startswith(expected)


@pytest.mark.parametrize("left", [2, 20, 200, 2_000, 4_000])
def test_a_file_that_is_cut_is_refused(reason, left):
    assert reason(un, UN[:-left].rstrip()).startswith("it is not well formed")


def test_nul_bytes_are_refused(reason):
    assert reason(un, UN.replace(b"Taliban", b"Tali\x00ban", 1)).startswith("it is not well formed")


def test_cp1252_that_calls_itself_utf_8_is_refused(reason):
    text = UN.decode("utf-8").replace("KIM", "KÍM").encode("cp1252", "ignore")
    assert b"encoding='UTF-8'" in text
    assert reason(un, text).startswith("it is not well formed")


def test_an_undeclared_entity_is_refused(reason):
    assert reason(un, UN.replace(b"Taliban", b"&taliban;", 1)).startswith("it is not well formed")


def test_a_section_that_the_parser_does_not_know_refuses_the_file(reason):
    content = UN.replace(b"</CONSOLIDATED_LIST>", b"<VESSELS><VESSEL/></VESSELS></CONSOLIDATED_LIST>")
    assert "element VESSELS is not known to this parser" in reason(un, content)


def test_an_element_of_another_namespace_is_not_taken_for_the_lists(tmp_path):
    path = tmp_path / "eu.xml"
    content = (FILES / "eu" / "list.xml").read_text("utf-8")
    path.write_text(content.replace("<citizenship ", '<citizenship xmlns="urn:other" '), "utf-8")
    record, *_ = eu.parse([path])
    assert isinstance(record, Party)
    assert (record.nationalities, record.unknown) == ((), ("sanctionEntity/{urn:other}citizenship",))


def test_a_file_beyond_the_limit_is_refused_unread(reason, monkeypatch):
    monkeypatch.setattr(xml_records, "MAX_BYTES", 100)
    assert reason(un, UN) == f"it has {len(UN):,} bytes; the limit is 100."


def test_two_files_for_a_list_of_one_are_refused():
    with pytest.raises(FileRefused, match=r"The list is refused whole: it is one XML file, and 2 were given\."):
        un.publication([FILES / "un" / "before.xml"] * 2)


def test_a_header_without_its_date_is_refused(reason):
    assert reason(un, b"<CONSOLIDATED_LIST dateGenerated='soon'/>") == "dateGenerated 'soon' is not a time."


def test_comments_and_instructions_say_nothing(tmp_path):
    path = tmp_path / "un.xml"
    path.write_bytes(UN.replace(b"<DATAID>", b"<!-- <DATAID>1</DATAID> --><?php 1?><DATAID>"))
    assert [record for record in un.parse([path]) if isinstance(record, Unreadable)] == []
