from __future__ import annotations

from streamatlas.model.traces import innermost, shortened

TRACE = """\
<Exception on server side:
org.apache.flink.table.gateway.api.utils.SqlGatewayException: Failed to fetchResults.
\tat org.apache.flink.table.gateway.Impl.fetch(Impl.java:85)
Caused by: org.apache.flink.table.api.ValidationException: SQL validation failed.
\tat org.apache.flink.table.planner.Validate(FlinkPlannerImpl.scala:196)
\t... 13 more
Caused by: org.apache.calcite.sql.validate.SqlValidatorException: Column 'quantty' not found
  in any table
\tat java.base/jdk.internal.reflect.Thing(Thing.java:1)
\t... 16 more
"""


def test_the_last_cause_in_plain_words() -> None:
    said = innermost(TRACE)
    assert said == "SqlValidatorException: Column 'quantty' not found in any table"


def test_a_trace_without_cause_is_its_first_line() -> None:
    assert innermost("java.lang.IllegalStateException: No.\n\tat a.b(c.java:1)\n") == (
        "IllegalStateException: No."
    )
    assert innermost("Job not found") == "Job not found"


def test_a_very_long_cause_is_cut() -> None:
    assert shortened("x" * 11, 10) == "x" * 10 + " ..."
    assert shortened("x" * 10, 10) == "x" * 10
