"""What the files at the top of the repository promise is so."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from bots.platforms import Settings, variables
from core.features import FEATURES
from readme import commands_table, with_table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SHIPPED = [
    *PAGES,
    *(ROOT / name for name in (".env.example", "Dockerfile", "compose.yaml", ".dockerignore", "Makefile")),
]

LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:work|home|root|Users|workspace|usr/local)/\w")


def rows(*heading: str) -> list[list[str]]:
    """The cells of the table with that heading."""
    start = README.index(f"| {' | '.join(heading)} |")
    table = README[start : README.index("\n\n", start)].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def shown(default: object) -> str:
    """A default as the table writes it."""
    if default is None or default in ((), {}):
        return "–"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default:g}`" if isinstance(default, int | float) else f"`{default}`"


def test_the_configuration_table_is_the_settings() -> None:
    fields = Settings.model_fields
    defaults = {
        variable: shown(fields[field].get_default(call_default_factory=True)) for field, variable in variables().items()
    }
    table = rows("variable", "default", "meaning")
    assert {row[0].strip("`"): row[1] for row in table} == defaults
    assert len(table) == len(defaults), "each once"
    assert all(len(row[2]) > 15 for row in table), "each with its meaning"


def test_the_example_of_an_env_file_names_every_setting() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    assert sorted(re.findall(r"^#(\w+)=", example, re.M)) == sorted(variables().values())
    assert not re.findall(r"^\w+=", example, re.M), "as it is, it changes nothing"


def test_the_example_of_an_env_file_can_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables().values():
        monkeypatch.delenv(name, raising=False)
    used = re.sub(r"^#(?=\w+=)", "", (ROOT / ".env.example").read_text("utf-8"), flags=re.M)
    (tmp_path / ".env").write_text(used, "utf-8")
    settings = Settings(_env_file=tmp_path / ".env")  # type: ignore[call-arg]
    assert settings.allowed == ("web:ann", "web:#family")
    assert settings.rating_emoji == {"🌶️": 1, "🧊": -1}
    assert settings.image_url == "http://localhost:8081/v1"


def test_the_commands_table_is_made_from_the_features() -> None:
    assert with_table(README, commands_table(FEATURES)) == README, "make readme"


def test_every_command_has_its_row() -> None:
    told = {name: row for row in rows("command", "options", "what happens") for name in re.findall(r"/(\w+)", row[0])}
    commands = [feature.command for feature in FEATURES if feature.command]
    assert list(told) == [command.name for command in commands]
    for command in commands:
        assert re.findall(r"--(\w+)", told[command.name][1]) == [option.name for option in command.options]
        assert len(told[command.name][2]) > 15, "with what happens"


def headings(page: Path) -> set[str]:
    """What a page's headings are called in links."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for found in LINK.finditer(page.read_text("utf-8")):
        target, _, part = found["target"].partition("#")
        if target.startswith(("http://", "https://")):
            continue
        leads_to = page.parent / target if target else page
        assert leads_to.exists(), found["target"]
        assert not part or part in headings(leads_to), found["target"]


def test_every_page_is_in_the_index() -> None:
    docs = ROOT / "docs"
    index = {found["target"] for found in LINK.finditer((docs / "README.md").read_text("utf-8"))}
    assert {str(file.relative_to(docs)) for file in docs.rglob("*") if file.is_file()} - {"README.md"} <= index


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_nothing_leads_to_somebodys_machine(file: Path) -> None:
    assert MACHINE_PATH.findall(file.read_text("utf-8")) == []


def test_every_library_that_is_installed_has_its_licence_named() -> None:
    pins = re.findall(r"^([a-z][\w.-]*)==[^\s;]+(.*)", (ROOT / "requirements" / "run.txt").read_text("utf-8"), re.M)
    needed = {name.replace(".", "-") for name, condition in pins if "== 'emscripten'" not in condition}
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text("utf-8")
    named = dict(re.findall(r"^\| ([a-z][\w-]*)[^|]*\| ([^|]+) \|$", notices, re.M))
    assert needed - named.keys() == set()


def test_the_image_gets_all_that_it_needs_and_nothing_private() -> None:
    allowed = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.M))
    assert {"bots", "core", "storage", "embedded", "requirements", "pyproject.toml", "README.md"} <= allowed
    assert {"LICENSE", "THIRD_PARTY_NOTICES.md"} <= allowed, "what pyproject.toml names"
    assert not allowed & {".env", "data", ".git"}
    assert all((ROOT / name).exists() for name in allowed)


def test_the_container_has_time_to_end_in_peace() -> None:
    compose = (ROOT / "compose.yaml").read_text("utf-8")
    patience = re.search(r"stop_grace_period: (\d+)s", compose)
    grace = re.search(r'FABULA_GRACE: "(\d+)"', compose)
    assert patience and grace
    assert int(grace[1]) == Settings.model_fields["grace"].default
    assert int(patience[1]) >= int(grace[1]) + 10, "the web server and the embedded one take up to five seconds each"


def test_the_container_speaks_of_settings_that_exist() -> None:
    for name in ("Dockerfile", "compose.yaml"):
        used = set(re.findall(r"\b(?:FABULA|OPENAI)_[A-Z_]*[A-Z]", (ROOT / name).read_text("utf-8")))
        assert used and used <= set(variables().values()), name


def test_the_containers_health_check_is_python() -> None:
    check = re.search(r"HEALTHCHECK.*?CMD (\[.*?\])\n", (ROOT / "Dockerfile").read_text("utf-8"), re.S)
    assert check
    words = shlex.split(check[1].strip("[]").replace('", "', '" "'))
    assert words[:2] == ["python", "-c"]
    compile(words[2], "HEALTHCHECK", "exec")


def test_make_help_tells_of_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.M)
    told = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert targets
    assert re.findall(r"^make ([\w-]+) +\S", told, re.M) == targets[1].split()
    named = re.findall(r"\bmake (\w+)", CONTRIBUTING)
    assert set(named) <= {*targets[1].split()}
