"""Topology: what the file says, typed and frozen, with nothing added.

A field that is None, empty or missing was not written: `graph.resolve` alone knows what is
meant then. Keys of the file have hyphens where these names have underscores.

The text below a field is its description, in editors and in the reference. Its last lines may
be `Example: VALUE`, `Default: WORDS` where the default is more than one value, and `Read by:
WHO`, who acts on it.
"""

from __future__ import annotations

from streamatlas.model.declared.environments import (
    ONLY,
    Deploy,
    Environment,
    Flink,
    JobOverride,
    Kafka,
    Metrics,
    NodeOverride,
    Server,
    TopicOverride,
    Traffic,
)
from streamatlas.model.declared.jobs import Job, Output, Words
from streamatlas.model.declared.nodes import (
    Deprecated,
    EdgeFacts,
    Edges,
    Limits,
    Node,
    Normal,
    Service,
    Store,
    Topic,
    Window,
)
from streamatlas.model.declared.people import Maintenance, Team, Term, View
from streamatlas.model.declared.schemas import FieldFacts, Schema
from streamatlas.model.declared.topology import Topology

__all__ = [
    "ONLY",
    "Deploy",
    "Deprecated",
    "EdgeFacts",
    "Edges",
    "Environment",
    "FieldFacts",
    "Flink",
    "Job",
    "JobOverride",
    "Kafka",
    "Limits",
    "Maintenance",
    "Metrics",
    "Node",
    "NodeOverride",
    "Normal",
    "Output",
    "Schema",
    "Server",
    "Service",
    "Store",
    "Team",
    "Term",
    "Topic",
    "TopicOverride",
    "Topology",
    "Traffic",
    "View",
    "Window",
    "Words",
]
