"""The file that `streamatlas new` writes."""

from __future__ import annotations

from importlib.resources import files

TEXT = (files(__package__) / "starter.yaml").read_text(encoding="utf-8")
