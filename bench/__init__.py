"""Measurements of what people feel; ``python -m bench`` takes them. Nothing here is asserted in a test."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))  # where the platforms' stand-ins are
