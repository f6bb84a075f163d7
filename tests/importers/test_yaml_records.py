"""Fields of a YAML file: their texts, and the places of their own words, whichever way they are written."""

import pytest

from relations.errors import FileRefused, RecordRefused
from relations.importers.engine.yaml_records import MAX_BYTES, YamlRecord, read_record

TEXT = """\
quoted: " in quotes "
nothing: ~
empty:
tilde: '~'
list:
  - null
  - one
  - "null"
block: |
    Several lines,
    the last of them.

plain: over
  two lines  # and a remark
"""


def read(text: str | bytes) -> YamlRecord:
    return read_record(text.encode() if isinstance(text, str) else text, file="a.yml")


@pytest.fixture
def record() -> YamlRecord:
    return read(TEXT)


def test_a_null_is_no_text_unless_it_is_in_quotes(record: YamlRecord) -> None:
    assert {name: record.values(name) for name in record.fields} == {
        "quoted": (" in quotes ",), "nothing": (), "empty": (), "tilde": ("~",), "list": ("one", "null"),
        "block": ("Several lines,\nthe last of them.\n",), "plain": ("over two lines",),
    }  # fmt: skip
    assert (record.value("quoted"), record.value("empty"), record.value("missing")) == ("in quotes", "", "")


@pytest.mark.parametrize(
    ("name", "words", "line"),
    [
        ("quoted", "in quotes", 'quoted: " in quotes "'),
        ("empty", "", "empty:"),
        ("tilde", "~", "tilde: '~'"),
        ("block", "Several lines,\n    the last of them.", "block: |\n    Several lines,\n    the last of them."),
        ("plain", "over\n  two lines", "plain: over\n  two lines"),
    ],
)
def test_words_are_those_of_the_file_without_the_marks_around_them(
    record: YamlRecord, name: str, words: str, line: str
) -> None:
    for (text, start), expected in ((record.words(name), words), (record.line(name), line)):
        assert text == expected
        assert TEXT[start:].startswith(expected)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    record = read("\ufeffkey: value")
    assert (record.text, record.line("key")) == ("key: value", ("key: value", 0))


def test_the_line_of_a_value_that_is_written_elsewhere_is_the_name() -> None:
    record = read("one: &mark text\nother: *mark")
    assert (record.value("other"), record.line("other")) == ("text", ("other", 16))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"a: \xff\xfe", "it is not UTF-8 (byte 3)"),
        ("a: b\nc: [", "it is not YAML: expected the node content, but found '<stream end>' (line 2)"),
        ("a: " + "[" * 700, "its values are nested too deeply"),
        ("- a", "it is not a mapping of fields"),
        ("[a]: b", "a field has no plain name"),
        ("a: b\na: c", "it names the field 'a' twice"),
        ("a: [[b]]", "a is neither a text nor a list of texts"),
        ("a: {b: c}", "a is neither a text nor a list of texts"),
    ],
)
def test_what_is_no_mapping_of_texts_is_refused_with_the_reason(text: str | bytes, why: str) -> None:
    with pytest.raises(RecordRefused) as refusal:
        read(text)
    assert why in str(refusal.value)


def test_a_file_of_the_largest_size_is_read_and_a_longer_one_is_refused() -> None:
    text = "a: b\n#".ljust(MAX_BYTES, "x")
    assert read(text).value("a") == "b"
    with pytest.raises(FileRefused, match="the limit is"):
        read(text + "x")


def test_a_list_of_several_is_no_value_and_a_missing_one_is_named() -> None:
    record = read("a: [b, c]\nd: ~")
    with pytest.raises(RecordRefused, match="a has 2 values and not one"):
        record.value("a")
    with pytest.raises(RecordRefused, match="it has no d"):
        record.required("d")
