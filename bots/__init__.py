"""How people reach Fabula: one folder per platform, none knows another."""
