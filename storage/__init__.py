"""What is kept: one SQLite file and a folder of pictures behind the ports of the core. Start at ``open_storage``."""

from storage.opening import Storage, open_storage

__all__ = ["Storage", "open_storage"]
