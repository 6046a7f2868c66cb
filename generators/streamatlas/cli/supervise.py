"""The sandbox's detached process: `python -m streamatlas.cli.supervise TOPOLOGY`.

`up` starts it; it is no command for people.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from streamatlas.sandbox import stack


def main(topology: str) -> None:
    """Keep the sandbox's processes alive until a signal says stop."""
    stack.keep(Path(topology), os.environ)  # noqa: TID251


if __name__ == "__main__":
    main(*sys.argv[1:])
