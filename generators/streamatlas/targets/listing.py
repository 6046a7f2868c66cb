"""A YAML file that holds a list, as the Kafka definitions are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml


def listing(items: Sequence[Mapping[str, object]]) -> str:
    """The list in YAML, below a line that says where it comes from."""
    text = yaml.safe_dump(
        [dict(item) for item in items], sort_keys=False, allow_unicode=True, width=96
    )
    return f"# generated from topology.yaml: edit that\n{text}"
