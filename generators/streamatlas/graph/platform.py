"""What a platform has besides its nodes: people and their words, and how it is operated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TypedDict

from streamatlas.graph.graph import Deploy, Maintenance, Metrics, Ref, Team, Term, View
from streamatlas.model import declared
from streamatlas.model.positions import Positions

CHAT_LIMIT = 20 / 3600
DEPLOY_WITHIN = timedelta(minutes=5)


class People(TypedDict):
    """Fields of a graph that are for its readers."""

    teams: Mapping[str, Team]
    glossary: Mapping[str, Term]
    views: Mapping[str, View]
    maintenance: tuple[Maintenance, ...]


class Operation(TypedDict):
    """Fields of a graph that hold in one environment."""

    portal: str
    scale: float
    traffic: bool
    metrics: Metrics
    deploy: Deploy


def people(topology: declared.Topology, positions: Positions) -> People:
    """Teams, words, saved maps and announced work."""
    zones = {name: team.timezone or "UTC" for name, team in topology.teams.items()}
    work = enumerate(topology.maintenance)
    return People(
        teams={name: _team(name, team, positions) for name, team in topology.teams.items()},
        glossary={word: Term(term.doc, term.see) for word, term in topology.glossary.items()},
        views={name: _view(name, view, positions) for name, view in topology.views.items()},
        maintenance=tuple(_work(topology, n, one, zones, positions) for n, one in work),
    )


def operation(there: declared.Environment) -> Operation:
    """Traffic, metrics and the commands around a deployment."""
    traffic, metrics = there.traffic, there.metrics or declared.Metrics()
    deploy = there.deploy or declared.Deploy()
    return Operation(
        portal=there.portal,
        scale=(traffic.scale if traffic else None) or 1.0,
        traffic=traffic is not None,
        metrics=Metrics(metrics.from_ or "portal", metrics.address),
        deploy=Deploy(deploy.before, deploy.after, deploy.within or DEPLOY_WITHIN),
    )


def _team(name: str, team: declared.Team, positions: Positions) -> Team:
    return Team(
        id=name,
        chat=team.chat,
        on_call=team.on_call or team.chat,
        timezone=team.timezone or "UTC",
        doc=team.doc,
        at=positions.key("teams", name),
        chat_webhook=team.chat_webhook or "",
        chat_limit=team.chat_limit or CHAT_LIMIT,
        was=team.was,
        also=team.also,
        links=dict(team.links),
    )


def _view(name: str, view: declared.View, positions: Positions) -> View:
    return View(
        id=name,
        of=view.of,
        depth=None if view.depth == "all" else int(view.depth or 1),
        direction=view.direction or "both",
        collapsed=view.collapsed,
        at=positions.key("views", name),
    )


def _work(
    topology: declared.Topology,
    index: int,
    work: declared.Maintenance,
    zones: Mapping[str, str],
    positions: Positions,
) -> Maintenance:
    return Maintenance(
        of=work.of,
        when=work.at,
        day=work.date,
        timezone=work.timezone or _owners_zone(topology, work.of, zones),
        why=work.why,
        at=positions.key("maintenance", index),
    )


def _owners_zone(topology: declared.Topology, of: tuple[Ref, ...], zones: Mapping[str, str]) -> str:
    """The clock of who owns the first thing that is worked on."""
    kind, _, name = (of or ("",))[0].partition("/")
    nodes: Mapping[str, declared.Node] = getattr(topology, f"{kind}s", {})
    owner = name if kind == "team" else getattr(nodes.get(name), "owner", "")
    return zones.get(owner, "UTC")
