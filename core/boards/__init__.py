"""Boards: rounds, ideas, dots and what is alike. Pure functions of a board, which know neither platform nor store."""
