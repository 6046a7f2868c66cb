from __future__ import annotations

from hypothesis import given, settings

from factory import graph_of, graphs
from streamatlas.graph.graph import Graph
from streamatlas.sql.tables import ddl
from streamatlas.sql.text import tokens

STORES = """\
platform: p
teams: {t: {chat: c}}
services: {s: {owner: t, reads: store/a, writes: store/a}}
stores:
  a: {owner: t, schema: e, table: order, doc: "It's; all"}
  b: {owner: t, schema: f, table: Mixed}
  c: {owner: t}
schemas:
  e:
    id: [id, Day]
    fields:
      id: string
      Day: date
      user: int
      at: timestamp
      n: {type: 'decimal(9,2)', doc: "'; --"}
  f: {fields: {tags: 'array<string>'}}
"""


def test_tables() -> None:
    assert (
        ddl(graph_of(STORES).stores.values())
        == """\
-- generated from topology.yaml: edit that
CREATE TABLE IF NOT EXISTS "order" (
  id text NOT NULL,
  day date NOT NULL,
  "user" integer,
  at timestamp(3),
  n numeric(9, 2),
  PRIMARY KEY (id, day)
);
COMMENT ON TABLE "order" IS 'It''s; all';
COMMENT ON COLUMN "order".n IS '''; --';

CREATE TABLE IF NOT EXISTS "Mixed" (
  tags text[]
);
"""
    )


@settings(max_examples=25)
@given(graphs())
def test_no_doc_leads_out_of_its_comment(graph: Graph) -> None:
    text = ddl(graph.stores.values())
    code = " ".join(token for token in tokens(text) if token[0] not in "'-")
    assert "DROP" not in code
    assert code.count("CREATE TABLE IF NOT EXISTS") == len(graph.stores)
