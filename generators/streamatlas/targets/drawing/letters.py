"""How wide a text is, from a table: the same on every machine, whatever fonts it has."""

from __future__ import annotations

import unicodedata

_FIRST = 32
# Inter at weight 600: thousandths of the font size for the characters 32 to 126.
_WIDTHS = (
    *(252, 321, 523, 644, 650, 1004, 663, 326, 373, 373, 540, 673, 319, 465, 319, 379),
    *(660, 423, 623, 636, 666, 612, 640, 576, 640, 640, 319, 329, 673, 673, 673, 543),
    *(999, 728, 659, 737, 722, 605, 588, 749, 746, 277, 580, 703, 565, 922, 759, 769),
    *(645, 773, 652, 650, 660, 736, 728, 1020, 720, 713, 652, 373, 379, 373, 481, 469),
    *(351, 574, 624, 583, 624, 591, 389, 625, 612, 262, 262, 569, 262, 900, 612, 609),
    *(624, 624, 397, 549, 353, 612, 587, 839, 569, 588, 566, 455, 359, 455, 673),
)
_ASIAN = 1000
_OTHER = 760


def width(text: str, size: float) -> float:
    """Width in px of one line at a font size in px."""
    return sum(map(_letter, text)) * size / 1000


def cut_left(text: str, size: float, most: float) -> str:
    """The text, or its end after `...` where it is wider than `most` px."""
    if width(text, size) <= most:
        return text
    room = most - width("...", size)
    start = len(text)
    while start and width(text[start - 1 :], size) <= room:
        start -= 1
    return f"...{text[start:]}"


def wrap(text: str, size: float, most: float, lines: int) -> tuple[str, ...]:
    """The words on at most `lines` lines of `most` px; the last is cut at the right."""
    found = [""]
    for word in text.split():
        longer = f"{found[-1]} {word}".strip()
        if width(longer, size) <= most or not found[-1]:
            found[-1] = longer
        else:
            found.append(word)
    kept = found[:lines]
    if len(found) > lines:
        kept[-1] = f"{kept[-1]} ..."
    return tuple(_cut_right(line, size, most) for line in kept)


def _cut_right(text: str, size: float, most: float) -> str:
    if width(text, size) <= most:
        return text
    end = len(text)
    while end and width(f"{text[:end]}...", size) > most:
        end -= 1
    return f"{text[:end].rstrip(' .')}..."


def _letter(character: str) -> int:
    place = ord(character) - _FIRST
    if 0 <= place < len(_WIDTHS):
        return _WIDTHS[place]
    return _ASIAN if unicodedata.east_asian_width(character) in "WF" else _OTHER
