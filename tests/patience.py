"""How long a test waits for what should come: as long as no machine is ever busy, for only a test that fails waits to the end."""

PATIENCE = 120.0
"""Seconds."""
