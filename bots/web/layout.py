"""The pages that stand alone, each laid out by its template in ``page/`` around one head (``shell.jinja``)."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bots.web.pages import PAGE, version

_templates = Environment(loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def laid_out(name: str, **shown: object) -> str:
    """The HTML of the page that ``page/<name>.jinja`` describes, with what it shows."""
    return _templates.get_template(f"{name}.jinja").render(shown, parts=f"/page/{version()}")
