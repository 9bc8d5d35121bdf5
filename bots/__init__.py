"""How people reach Fabula: one folder per platform, none knows another."""

import sys

# structlog brings along rich wherever that is installed, for tracebacks in colours that are never shown: 3 MB, and a part of every start.
if "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]
    import structlog  # noqa: F401

    del sys.modules["rich"]
