"""The map as a file of its own: its style and icons inside, light or dark as the reader's screen.

It shows what is declared. Status lives in the portal, so the file holds none.
"""

from __future__ import annotations

from streamatlas.targets.drawing.platform import platform
from streamatlas.targets.file import Facts

_STYLE = """<style>
.sa-drawing { --canvas: #fff; --subtle: #f7f8f9; --strong: #7e8796; --ink: #16191d; --soft: #454d5a;
  background: var(--canvas); font-family: Inter, system-ui, "Segoe UI", Arial, sans-serif; }
@media (prefers-color-scheme: dark) { .sa-drawing { --canvas: #0f1216; --subtle: #161a20;
  --strong: #6b7686; --ink: #e8ebef; --soft: #b3bbc7; } }
.sa-lane { fill: var(--subtle); }
.sa-node-shape, .sa-edge-pill rect { fill: var(--canvas); stroke: var(--strong); }
.sa-node-lid, .sa-node-log, .sa-edge-line { fill: none; stroke: var(--strong); stroke-width: 1.25; }
.sa-edge-head { fill: var(--strong); }
.sa-lane-title, .sa-node-reading, .sa-edge-pill text { fill: var(--soft); font-size: 11.5px; }
.sa-lane-title, .sa-edge-pill text { text-anchor: middle; font-weight: 500; }
.sa-edge-pill text { font-size: 10.5px; }
.sa-node-name { fill: var(--ink); font-size: 12px; font-weight: 600; }
.sa-node-kind { color: var(--soft); }
.sa-node-cause, .sa-node-glyph { display: none; }
.sa-node-reading { transform: translateX(-17px); }
</style>"""
_ICONS = {
    "service": "M1.5 4a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1zM1.5 6h13",
    "topic": "M1.8 2.8h3.4v3H1.8zM1.8 10.2h3.4v3H1.8zM8 3.2h6.2M8 6.4h4.2M8 10h6.2M8 13h4.2",
    "job": "M5.2 3h5.6L13 5.2v5.6L10.8 13H5.2L3 10.8V5.2zM6.4 6.4h3.2v3.2H6.4z",
    "store": "M2.5 4c0-1.2 2.4-2 5.5-2s5.5.8 5.5 2v8c0 1.2-2.4 2-5.5 2s-5.5-.8-5.5-2z"
    "M2.5 4c0 1.2 2.4 2 5.5 2s5.5-.8 5.5-2",
}


def alone(facts: Facts) -> str:
    """The text of `catalog/map.svg`; its links lead from there."""
    head, _, body = platform(facts, "", "map/").partition("\n")
    return "\n".join((head, _STYLE, "<defs>", *map(_symbol, _ICONS), "</defs>", body, ""))


def _symbol(kind: str) -> str:
    path = f'<path fill="none" stroke="currentColor" stroke-width="1.3" d="{_ICONS[kind]}"/>'
    return f'<symbol id="sa-k-{kind}" viewBox="0 0 16 16">{path}</symbol>'
