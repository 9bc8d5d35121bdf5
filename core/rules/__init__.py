"""What an operator rules: who may do what, how much of it, and what happens at the limit. One TOML file, read while everything runs."""
