"""Topology text stays text, wherever it is put."""

from __future__ import annotations

from html.parser import HTMLParser

import markdown
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from streamatlas.targets.markup import anchor, fence, front_matter, html, inline, link, plain

HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "{{ config }} {% raw %} {# c #}",
    "a | b | c",
    "`code` ``more`` ```fence",
    "\u202eevil\u202c",
    "\U0001f4a5 bang",
    "two\nlines\r\nand\u2028more",
    "x" * 300,
    "# heading\n\n* item",
    "<!-- comment",
    "&lt;b&gt; &amp;",
    '" onmouseover="alert(1)',
    "--8<-- 'mkdocs.yml'",
    "*a* _b_ ~~c~~ ^d^ {: .x } <http://a.example>",
)


class Parsed(HTMLParser):
    """Tags, attributes and text of a piece of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_html_is_text(text: str) -> None:
    parsed = Parsed(f'<p title="{html(text)}">{html(text)}</p>')
    assert parsed.tags == ["p"]
    assert parsed.attributes == [("title", plain(text))]
    assert parsed.text == plain(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_is_text(text: str) -> None:
    """Whatever is written, a paragraph holds these words and no element."""
    parsed = Parsed(markdown.markdown(f"Of {inline(text)} it says.", extensions=["attr_list"]))
    assert parsed.tags == ["p"]
    assert parsed.text == f"Of {plain(text)} it says."


@given(st.text(max_size=80))
def test_any_text_survives(text: str) -> None:
    said = markdown.markdown(f"x {inline(text)} x", extensions=["attr_list", "tables"])
    assert Parsed(said).tags == ["p"]
    assert Parsed(f"<b>{html(text)}</b>").text == plain(text)


def test_plain_is_one_line_that_reads_one_way() -> None:
    assert plain(" a\n\tb\u202ec\x00") == "a b\ufffdc"


@given(st.text(alphabet="`~a\n", max_size=40))
def test_no_line_of_code_ends_its_fence(code: str) -> None:
    lines = fence(code, "sql").splitlines()
    marks = lines[-1]
    assert lines[0] == f"{marks}sql"
    assert all(marks not in line for line in lines[1:-1])


@given(st.text(max_size=60))
def test_front_matter_is_yaml(text: str) -> None:
    body = front_matter({"title": plain(text), "boost": 2}).split("---")
    assert len(body) >= 3
    head = front_matter({"title": plain(text), "boost": 2}).removeprefix("---\n").rpartition("---")
    assert yaml.safe_load(head[0]) == {"title": plain(text), "boost": 2}


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("https://pager.example.com/usage", "https://pager.example.com/usage"),
        ("+44 20 7946 0999", "tel:+442079460999"),
        ("mailto:us@example.com", "mailto:us@example.com"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//evil.example", None),
        ("billing", None),
    ],
)
def test_only_addresses_that_may_be_followed_are_linked(target: str, address: str | None) -> None:
    assert link(target) == address
    assert ("href" in anchor(target)) == (address is not None)
