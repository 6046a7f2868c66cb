"""The seven sections of the portal, and what the left column shows in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mkdocs.utils.meta import get_data

from streamatlas.site import blocks
from streamatlas.targets.pages import parts

SECTIONS = (
    {"id": "home", "name": "Home", "url": "."},
    {"id": "map", "name": "Map", "url": "catalog/map/"},
    {"id": "status", "name": "Status", "url": "status/"},
    {"id": "triage", "name": "Triage", "url": "catalog/triage/"},
    {"id": "catalogue", "name": "Catalogue", "url": "catalog/"},
    {"id": "manuals", "name": "Manuals", "url": "manuals/"},
    {"id": "glossary", "name": "Glossary", "url": "catalog/glossary/"},
)
_MORE = [
    ("Environments", "catalog/environments/"),
    ("Maintenance", "catalog/maintenance/"),
    ("Saved maps", "catalog/views/"),
]
# Folders of pages that are listed among the manuals.
SHELVES = ("handbook", "reference")
_FOLDERS = (
    ("catalog/map", "map"),
    ("catalog/triage", "triage"),
    ("catalog/manual", "manuals"),
    ("catalog/glossary", "glossary"),
    ("catalog/", "catalogue"),
    ("handbook/", "manuals"),
    ("reference/", "manuals"),
)


def section(path: str) -> str:
    """The section of a page that does not say its own: that of its folder."""
    return next((name for start, name in _FOLDERS if path.startswith(start)), "")


def concerns(page: str, platform: str) -> bool:
    """Whether a page is of that platform: one that names another in its head is not."""
    said = get_data(page)[1].get("platform") if page.startswith("---") else None
    return said is None or str(said) == platform


def pages(name: str, folders: Iterable[Path], platform: str) -> list[dict[str, str]]:
    """Pages in that folder of each `docs`, by `order` in their head, then by title.

    Of two with one name the later folder's counts.
    """
    paths = {path.name: path for docs in folders for path in docs.glob(f"{name}/*.md")}
    texts = ((path.read_text("utf-8"), path) for path in paths.values())
    found = [(get_data(text)[1], path) for text, path in texts if concerns(text, platform)]
    heads = sorted(found, key=lambda each: (each[0].get("order", 99), each[1].name))
    return [
        {
            "title": str(head.get("title", path.stem)),
            "description": str(head.get("description", "")),
            "url": f"{name}/{path.stem}/",
        }
        for head, path in heads
    ]


def groups(facts: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """For each section the lists of its left column; `kind` is empty where there is one list."""
    return {
        "catalogue": [
            *(_entities(facts, group) for group in facts["groups"]),
            _plain("More", _MORE),
        ],
        "manuals": [
            _plain(
                "Manuals",
                [("Send data", "catalog/manual/send-data/"), *_sending(facts)],
            ),
            *(
                _plain(shelf.capitalize(), [(page["title"], page["url"]) for page in facts[shelf]])
                for shelf in SHELVES
            ),
        ],
        "triage": [
            _plain(
                "Flowcharts",
                [(r["title"], f"catalog/triage/{r['id']}/") for r in facts["runbooks"]],
            )
        ],
    }


def _sending(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(f"to {manual['topic']}", manual["url"]) for manual in facts["manuals"]]


def _plain(name: str, pages: list[tuple[str, str]]) -> dict[str, Any]:
    url = pages[0][1] if pages else ""
    return _group(name, "", url, [{"name": title, "url": url} for title, url in pages])


def _entities(facts: Mapping[str, Any], group: Mapping[str, Any]) -> dict[str, Any]:
    kind = group["kind"]
    pages = [_entity(facts, kind, name) for name in group["ids"]]
    return _group(group["name"], kind, f"catalog/#{group['name'].lower()}", pages)


def _group(name: str, kind: str, url: str, pages: list[dict[str, str]]) -> dict[str, Any]:
    """`places` says where a page stands in the list, so that a long one shows what is around."""
    places = {page["url"]: place for place, page in enumerate(pages)}
    return {"name": name, "kind": kind, "url": url, "pages": pages, "places": places}


def _entity(facts: Mapping[str, Any], kind: str, name: str) -> dict[str, str]:
    ref = f"{kind}/{name}"
    label = facts["nodes"][ref]["name"] if kind != "team" else name
    mark = blocks.team_mark(facts, name) if kind == "team" else parts.mark_of(ref)
    return {"name": label, "url": f"catalog/{ref}/", "mark": mark}
