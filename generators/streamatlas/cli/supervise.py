"""The sandbox's detached process: `python -m streamatlas.cli.supervise TOPOLOGY [resume]`.

`up` starts it; it is no command for people.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(topology: str, task: str = "") -> int:
    """Keep the sandbox's processes alive until a signal says stop; or resume the jobs once."""
    environ = dict(os.environ)
    if task == "resume":
        from streamatlas.cli.problems import load_graph
        from streamatlas.sandbox.up import resume

        return resume(Path(topology), load_graph(topology, "sandbox"), environ, print)
    from streamatlas.sandbox import stack

    stack.keep(Path(topology), environ)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
