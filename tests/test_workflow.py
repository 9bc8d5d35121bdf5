"""What a public host checks is what we check: its workflow is sound and names what exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").iterdir())
CHECK = (ROOT / ".github" / "workflows" / "check.yml").read_text("utf-8")


def test_its_lines_are_plain() -> None:
    for file in WORKFLOWS:
        for line in file.read_text("utf-8").splitlines():
            assert re.fullmatch(r"(?:  )*(?:#.*|(?:- )?[\w-]+:(?: \S.*)?)|", line), (
                line
            )  # a mapping in every line, no tabs


def test_it_makes_what_can_be_made() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    called = CHECK + (ROOT / ".ci" / "run").read_text("utf-8")
    made = set(re.findall(r"^(?: *- run: )?make ([a-z]+)", called, re.M))
    assert {"test", "check"} <= made <= set(re.findall(r"^([a-z]+):", makefile, re.M))


def test_it_looks_at_the_oldest_python_and_at_the_containers() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    image = re.search(r"^FROM python:([\d.]+)", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    listed = re.search(r"python: \[(.+)\]", CHECK)
    assert image and listed
    pythons = re.findall(r'"([\d.]+)"', listed[1])
    assert project["requires-python"] == f">={pythons[0]}"
    assert image[1] in pythons


def test_it_may_only_read_and_trusts_only_what_cannot_change() -> None:
    for file in WORKFLOWS:
        text = file.read_text("utf-8")
        assert "permissions:\n  contents: read\n" in text and "write" not in text
        assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", used) for used in re.findall(r"uses: (.+)", text))
        assert text.count("timeout-minutes:") == text.count("runs-on:")
