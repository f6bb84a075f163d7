"""The design: contrast of the tokens in both themes, one shape a tone, and documentation that names all of them."""

import re

import pytest
from django.conf import settings

from relations.web.docs.views import CHIPS
from relations.web.tags import chip, with_code
from relations.web.tones import GRAVITY, TONES, apart, by_gravity

STATIC = settings.ROOT / "relations/static/web"
TOKENS = (STATIC / "tokens.css").read_text("utf-8")
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
LIGHT, DARK = (dict(COLOUR.findall(part)) for part in TOKENS.split("@media screen and (prefers-color-scheme: dark)"))
BACKGROUNDS = ("paper", "surface", "sunken")


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio" and "relative luminance"."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_ratio_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_and_edges_be_seen(theme):
    texts = [(text, ground) for text in ("ink", "quiet", "link") for ground in BACKGROUNDS]
    texts += [("on-accent", "accent"), ("ink", "marked"), ("paper", "ink")]
    texts += [(tone, f"{tone}-tint") for tone in TONES]
    texts += [(f"code-{part}", "sunken") for part in ("comment", "string", "name", "number", "keyword")]
    edges = [(edge, ground) for edge in ("edge", "focus") for ground in BACKGROUNDS]
    edges += [(tone, ground) for tone in TONES for ground in ("paper", "surface")]
    pale = {pair: ratio for pair in texts if (ratio := contrast(theme[pair[0]], theme[pair[1]])) < 4.5}
    faint = {pair: ratio for pair in edges if (ratio := contrast(theme[pair[0]], theme[pair[1]])) < 3}
    assert (pale, faint) == ({}, {})


def test_both_themes_have_the_same_colours():
    assert LIGHT.keys() == DARK.keys()


def test_colours_are_named_in_the_tokens_only():
    for name in ("site.css", "docs.css"):
        text = re.sub(r"@media print.*", "", (STATIC / name).read_text("utf-8"), flags=re.DOTALL)
        assert re.findall(r"#[0-9a-f]{3,8}\b|rgb|hsl", text) == [], name


def test_stylesheets_name_no_token_that_does_not_exist():
    known = set(re.findall(r"--([\w-]+):", TOKENS)) | {"tone", "tint"}
    for name in ("site.css", "docs.css"):
        used = set(re.findall(r"var\(--([\w-]+)\)", (STATIC / name).read_text("utf-8")))
        assert used - known == set(), name


def test_every_tone_has_a_shape_of_its_own_and_a_word():
    shapes = {tone: re.search(r"<svg.*</svg>", chip(tone, "word"), re.DOTALL) for tone in TONES}
    assert len({found[0] for found in shapes.values() if found}) == len(TONES)
    assert "&lt;b&gt;" in chip("none", "<b>")
    assert [apart(tone)[0] for tone, _, _ in CHIPS] == list(TONES)


def test_an_old_value_has_the_clock_and_the_shape_and_colour_of_what_was_last_said():
    for last in GRAVITY:
        old, fresh = chip(f"stale-{last}", "word"), chip(last, "word")
        assert f'class="chip tone-stale last-{last}"' in old
        drawn = re.findall(r"<svg.*?</svg>", old, re.DOTALL)
        assert drawn == [re.findall(r"<svg.*?</svg>", chip(one, "word"), re.DOTALL)[0] for one in ("stale", last)]
        assert drawn[1] in fresh
    assert sorted(["unknown", "stale-none", "disputed", "calm", "stale-severe"], key=by_gravity) == [
        "calm", "unknown", "stale-severe", "stale-none", "disputed",
    ]  # fmt: skip


def test_a_tone_without_a_shape_is_refused():
    with pytest.raises(ValueError, match="'green' is none of severe"):
        chip("green", "open")
    with pytest.raises(ValueError, match="'stale-green' is none of severe"):
        chip("stale-green", "open")


def test_the_documentation_names_every_tone():
    text = (settings.ROOT / "docs/design.md").read_text("utf-8")
    assert [tone for tone in TONES if f"| `{tone}` |" not in text] == []


def test_words_between_backticks_are_code_and_the_rest_is_text():
    assert with_code("`a` <b> `c") == "<code>a</code> &lt;b&gt; `c"
