"""What MkDocs calls: hands the facts to the theme, adds fonts and script, marks each page.

With `macros` and the theme this is all that knows of MkDocs; what a build generates does not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import streamatlas
from streamatlas.model.problem import Position
from streamatlas.reference import schema
from streamatlas.site import fonts, navigation
from streamatlas.site.references import problems
from streamatlas.targets.markup import html
from streamatlas.targets.pages.said import edit_address


def _own(config: MkDocsConfig) -> Path:
    """The folder of the topology's own pages, in which the catalogue was generated."""
    return Path(config.config_file_path).parent / str(config.extra.get("docs", "docs"))


@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Read the facts of the last build; without them there is nothing to show."""
    path = _own(config) / "catalog" / "facts.json"
    if not path.exists():
        raise Abort(f"{path} is missing: run streamatlas build first")
    facts = json.loads(path.read_text(encoding="utf-8"))
    folders = dict.fromkeys((Path(config.docs_dir), _own(config)))
    for shelf in navigation.SHELVES:
        facts[shelf] = navigation.pages(shelf, folders, facts["platform"])
    config.extra |= {
        "facts": facts,
        "sections": navigation.SECTIONS,
        "nav": navigation.groups(facts),
        "fonts": {"preload": "assets/fonts/inter.woff2"},
    }
    config.extra_css.insert(0, "assets/css/fonts.css")
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Check every name in hand-written pages; add own pages, fonts and script."""
    _bring(files, config)
    found = tuple(_problems(files, config.extra["facts"]))
    if found:
        raise Abort("\n".join(found))
    cache = Path(config.config_file_path).parent / ".streamatlas" / "fonts"
    for path, content in fonts.cut(cache).items():
        files.append(File.generated(config, path, content=content))
    files.append(File.generated(config, schema.FILE, content=schema.text()))
    for script in sorted(_scripts().glob("*.js")):
        files.append(File.generated(config, f"assets/{script.name}", abs_src_path=str(script)))
    return files


def _bring(files: Files, config: MkDocsConfig) -> None:
    """Pages of the topology stand over the project's; those of another platform are left out."""
    own = _own(config)
    if own != Path(config.docs_dir):
        for file in [f for f in files if f.src_uri.startswith("catalog/")]:
            files.remove(file)
        for path in sorted(p for p in own.rglob("*") if p.is_file()):
            name = path.relative_to(own).as_posix()
            if old := files.get_file_from_path(name):
                files.remove(old)
            files.append(File(name, str(own), config.site_dir, config.use_directory_urls))
    for file in tuple(files.documentation_pages()):
        if not navigation.concerns(file.content_string, config.extra["facts"]["platform"]):
            files.remove(file)


def _problems(files: Files, facts: Mapping[str, Any]) -> Iterator[str]:
    for file in files.documentation_pages():
        if not file.src_uri.startswith("catalog/"):
            text = file.content_string
            yield from map(str, problems(text, f"docs/{file.src_uri}", facts))


def _scripts() -> Path:
    """Of an installed package, else of the repository."""
    package = Path(streamatlas.__file__).parent
    inside = package / "web"
    return inside if inside.exists() else package.parents[1] / "web"


@event_priority(100)
def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: object) -> str:
    """A page whose head does not say its section has that of its folder.

    Material puts title and description into the page, and the title into search results, as
    they are: so they are made HTML here.
    """
    page.meta.setdefault("section", navigation.section(page.file.src_uri))
    for key in {"title", "description"} & page.meta.keys():
        page.meta[key] = html(str(page.meta[key]))
    own = str(page.file.abs_src_path).startswith(f"{_own(config)}{os.sep}")
    if own and not page.file.src_uri.startswith("catalog/"):
        at = Position(f"docs/{page.file.src_uri}")
        page.meta["edit"] = edit_address(config.extra["facts"]["edit"], at)
    return markdown


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Tell the script what it must know of the page."""
    return _marked(output, "../" * page.url.count("/") or "./", config.extra["facts"])


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """The page for a wrong address is shown at any depth, so its links begin at the root."""
    wrong = template_name == "404.html"
    return _marked(output_content, "/", config.extra["facts"]) if wrong else output_content


def _marked(output: str, root: str, facts: Mapping[str, Any]) -> str:
    """With the way to the root, and with the topology that this was built from."""
    marks = {"root": root, "topology": facts["digest"], "environment": facts["environment"]}
    attributes = " ".join(f'data-sa-{name}="{html(value)}"' for name, value in marks.items())
    return output.replace("<body ", f"<body {attributes} ", 1)
