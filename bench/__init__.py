"""Measurements of what people feel; ``python -m bench`` takes them. Nothing here is asserted in a test."""
