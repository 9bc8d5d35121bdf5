"""The table, and the page that keeps it."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from bench.figures import ALONE, FIGURES

PAGE = Path(__file__).parents[1] / "docs/benchmarks.md"


def table(measured: Mapping[str, Mapping[str, float]], alone: Mapping[str, float]) -> str:
    """Figures by platform, and those that need none."""
    names = list(measured)
    lines = [f"| figure | to reach | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"] if names else []
    for key, figure in FIGURES.items():
        if any(key in values for values in measured.values()):
            cells = [figure.value(values[key]) if key in values else "" for values in measured.values()]
            lines.append(f"| {figure.name} | {figure.goal()} | {' | '.join(cells)} |")
    if alone:
        lines += ["", "| figure | to reach | measured |", "|---|---|---|"]
        lines += [
            f"| {ALONE[key].name} | {ALONE[key].goal()} | {ALONE[key].value(value)} |" for key, value in alone.items()
        ]
    return "\n".join(lines).strip()


def write(text: str) -> None:
    """Keep a complete table in ``docs/benchmarks.md``, with machine, date and what each figure means; the chapters behind it stay."""
    figures = [*FIGURES.values(), *ALONE.values()]
    chapters = "".join(PAGE.read_text().partition("\n## ")[1:])
    head = HEAD.format(machine=_machine(), date=date.today().isoformat(), table=text)
    PAGE.write_text(head + _meanings(figures) + chapters)


def _meanings(figures) -> str:
    return "\n".join(f"- **{figure.name}**: {figure.meaning}" for figure in figures) + "\n"


def _machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores ({model}), Python {platform.python_version()}"


HEAD = """# Benchmarks

Made by `make bench` on {date}: {machine}. The program, the model service, the platform's stand-in and the load generator share the machine.
Every picture is a different PNG of 1.5 MB; the platforms' limits are off; the Telegram stand-in keeps photos as they come.

{table}

What the figures mean:

"""
