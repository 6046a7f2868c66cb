"""The site is built whole or not at all, and only when something changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from streamatlas.build import build
from streamatlas.layout.graphviz import cached
from streamatlas.site import fonts
from streamatlas.site.render import SiteError, render

ROOT = Path(__file__).parents[2]
HOSTILE = '<script>x</script> {{ nobody }} [a](javascript:x) | `b` \u202e \U0001f4a5 "quoted"'


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Placements, kept from one project to the next."""
    return tmp_path_factory.mktemp("layouts")


@pytest.fixture
def project(tmp_path: Path, layouts: Path) -> Path:
    """The example in a folder of its own, generated."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("catalog"))
    shutil.copytree(ROOT / "runbooks", tmp_path / "runbooks")
    shutil.copy(ROOT / "topology.yaml", tmp_path)
    shutil.copytree(ROOT / "teams", tmp_path / "teams")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    (tmp_path / "generators").symlink_to(ROOT / "generators")
    if (ROOT / ".streamatlas" / "fonts").exists():
        shutil.copytree(ROOT / ".streamatlas" / "fonts", tmp_path / ".streamatlas" / "fonts")
    generate(tmp_path, layouts)
    return tmp_path


def generate(project: Path, layouts: Path) -> None:
    layout = cached(layouts)
    made = build(project / "topology.yaml", "sandbox", project, project / "runbooks", layout)
    assert made.files, made.problems


def test_built_once_and_again_only_after_a_change(project: Path) -> None:
    out = project / "out"
    assert render(project, out)
    assert "usage-pipeline" in (out / "catalog/job/usage-pipeline/index.html").read_text()
    assert json.loads((out / "topology.schema.json").read_text())["definitions"]
    assert "people come home" in (out / "handbook/tutorial/index.html").read_text()
    assert not render(project, out)
    (project / "docs/handbook/start.md").write_text("# Other\n")
    (out / "stray.html").touch()
    assert render(project, out)
    assert not (out / "stray.html").exists()
    assert [path.name for path in project.glob(".site-*")] == []


def test_a_wrong_page_leaves_the_old_site(project: Path) -> None:
    out = project / "out"
    out.mkdir()
    (out / "index.html").write_text("old")
    page = project / "docs/status.md"
    text = page.read_text()
    page.write_text(text + '\nAsk {{ team("bilingg").chat }}.\n\n[away](nowhere.md)\n')
    with pytest.raises(SiteError) as refused:
        render(project, out)
    line = len(text.splitlines()) + 2
    assert str(refused.value) == (
        f"docs/status.md:{line}:14: error: there is no team 'bilingg'; "
        "did you mean 'billing'? (reference)"
    )
    assert (out / "index.html").read_text() == "old"


def test_a_link_that_leads_nowhere_is_an_error(project: Path) -> None:
    (project / "docs/handbook/start.md").write_text("# Start\n\n[away](nowhere.md)\n")
    with pytest.raises(SiteError, match=r"nowhere\.md"):
        render(project, project / "out")
    assert not (project / "out").exists()


def test_a_platform_of_hostile_words_builds(project: Path, layouts: Path) -> None:
    quoted = json.dumps(HOSTILE, ensure_ascii=False)
    (project / "topology.yaml").write_text(f"""\
platform: shop
doc: {quoted}
chat: {quoted}
teams: {{shop: {{chat: {quoted}, on-call: {quoted}}}}}
services:
  web: {{owner: shop, doc: {quoted}, writes: orders, normal: {{rate: 1-2/s}}}}
  app: {{owner: shop, doc: {quoted}, reads: orders}}
topics: {{orders: {{doc: {quoted}}}}}
glossary: {{{quoted}: {quoted}}}
""")
    generate(project, layouts)
    assert render(project, project / "out")
    for page in (project / "out").rglob("index.html"):
        text = page.read_text()
        assert "<script>x" not in text, page
        assert 'href="javascript' not in text, page
    assert not (project / "out/handbook/usage").exists(), "it is of another platform"
    assert "{{ nobody }}" in (project / "out/catalog/service/web/index.html").read_text()


def test_a_topology_elsewhere_has_its_own_pages_over_the_projects(
    project: Path, layouts: Path
) -> None:
    elsewhere = project / "more" / "shop"
    pages = elsewhere / "docs" / "handbook"
    pages.mkdir(parents=True)
    (elsewhere / "topology.yaml").write_text(
        "platform: shop\nedit: https://git.example.com/{file}\nteams: {t: {chat: c}}\n"
        "services: {till: {owner: t, writes: sold}, books: {owner: t, reads: sold}}\n"
        "topics: {sold: {}}\n"
    )
    (pages / "start.md").write_text("---\ntitle: Our start\n---\n# Our start\n")
    (pages / "rota.md").write_text(
        '---\ntitle: Rota\nplatform: shop\nrender_macros: true\n---\n# {{ team("t").chat }}\n'
    )
    (pages / "other.md").write_text("---\nplatform: bakery\n---\n# Of another\n")
    generate(elsewhere, layouts)
    out = elsewhere / "out"
    assert render(project, out, elsewhere / "docs")
    assert "Our start" in (out / "handbook/start/index.html").read_text()
    assert ">c<" in (out / "handbook/rota/index.html").read_text()
    assert (
        'href="https://git.example.com/docs/handbook/rota.md"'
        in (out / "handbook/rota/index.html").read_text()
    )
    assert "git.example.com" not in (out / "handbook/sandbox/index.html").read_text()
    assert (out / "catalog/service/till/index.html").exists()
    assert not (out / "catalog/service/vault").exists()
    assert not (out / "handbook/other").exists()
    assert "Of another" not in (out / "manuals/index.html").read_text()


def test_fonts_are_small_and_kept(tmp_path: Path) -> None:
    served = fonts.cut(tmp_path)
    sizes = {path: len(content) for path, content in served.items() if path.endswith(".woff2")}
    assert len(sizes) == 2
    assert all(10_000 < size < 60_000 for size in sizes.values()), sizes
    assert served["assets/fonts/inter.woff2"][:4] == b"wOF2"
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert fonts.cut(tmp_path) == served
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == kept
