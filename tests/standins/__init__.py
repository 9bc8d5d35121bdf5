"""Telegram and Discord on loopback, spoken to over their real protocols by the real client libraries; for tests and measurements alone."""
