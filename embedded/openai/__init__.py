"""The server: as strict as the real one, with switches for tests to make it late, refuse and break."""
