"""The job that runs was submitted with another script than the declared one.

Reads: the digest under `execution-config.user-config` of `/jobs/:id/config`, read once a job.
True when: it differs from that of the declared script, or there is none. A job without a script
is not judged.
Opens at once, closes at once. Gives WARNING.
Misses: what is not in the script, such as another jar.
"""

from __future__ import annotations

from streamatlas.graph.graph import Ref
from streamatlas.health.past import Finding
from streamatlas.health.view import View
from streamatlas.model.judged import Evidence, Status

ID = "script-drift"
KINDS = ("job",)


def judge(view: View, ref: Ref) -> Finding | None:
    """Whether the job runs the declared script."""
    running, declared = view.live(ref), view.declared.digests.get(ref)
    if running is None or declared is None:
        return None
    if "digest" in running.gaps:
        return Finding(Status.UNKNOWN, f"script not known: {running.gaps['digest']}")
    evidence = (Evidence("script", running.digest or "none", declared, "", view.now),)
    if running.digest == declared:
        return Finding(Status.OK, evidence=evidence)
    runs = "another script" if running.digest else "a script without a digest"
    return Finding(
        Status.WARNING, f"runs {runs} than the declared one", evidence, running.started_at
    )
