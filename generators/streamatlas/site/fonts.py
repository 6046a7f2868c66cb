"""Inter and JetBrains Mono, cut to the Latin letters and the weights that the portal uses.

The whole files are 20 times as large. Cutting takes a second and a half, so it is kept.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

_LATIN = "0020-007E 00A0-017F 2010-2027 2030-203A 20AC 2190-2193 2212 2248 2260 2264 2265"
_FEATURES = ["calt", "ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum"]


class Font(NamedTuple):
    """A variable font from a package: its family in CSS, file, and limits of its axes."""

    family: str
    package: str
    file: str
    limits: dict[str, float | tuple[float, float]]


FONTS = (
    Font("Inter", "fontpkg-inter", "Inter[opsz,wght].ttf", {"opsz": 14, "wght": (400, 700)}),
    Font(
        "JetBrains Mono", "fontpkg-jetbrains-mono", "JetBrainsMono[wght].ttf", {"wght": (400, 700)}
    ),
)


def cut(cache: Path) -> dict[str, bytes]:
    """The files to serve, by path below the site: two fonts and the style sheet naming them."""
    served = {f"assets/fonts/{_slug(font)}.woff2": _cached(font, cache) for font in FONTS}
    rules = "\n".join(map(_rule, FONTS))
    return served | {"assets/css/fonts.css": rules.encode()}


def _slug(font: Font) -> str:
    return font.family.lower().replace(" ", "-")


def _rule(font: Font) -> str:
    return (
        f'@font-face {{ font-family: "{font.family}"; font-weight: 400 700; font-display: swap; '
        f'src: url("../fonts/{_slug(font)}.woff2") format("woff2"); }}'
    )


def _cached(font: Font, cache: Path) -> bytes:
    kept = cache / f"{_slug(font)}-{version(font.package)}.woff2"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        _subset(font, part)
        part.replace(kept)
    return kept.read_bytes()


def _subset(font: Font, out: Path) -> None:
    """Write the cut font; fontTools is imported here, since a kept font does not need it."""
    from fontTools import subset
    from fontTools.varLib import instancer

    options = subset.Options(flavor="woff2", layout_features=_FEATURES, notdef_outline=True)
    source = files(font.package.replace("-", "_")) / "files" / font.file
    with subset.load_font(str(source), options) as whole:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=_codes())
        cutter.subset(whole)
        with instancer.instantiateVariableFont(whole, font.limits) as small:
            subset.save_font(small, str(out), options)


def _codes() -> list[int]:
    spans = (span.split("-") for span in _LATIN.split())
    return [code for span in spans for code in range(int(span[0], 16), int(span[-1], 16) + 1)]
