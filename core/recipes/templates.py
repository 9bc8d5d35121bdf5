"""Filling a recipe's templates: Jinja's sandbox, and of its language only what can neither run long nor grow without end.

What people give is put in as a value and never read as a template. A loop goes over a list that was given and not more than two deep, nothing is
called, multiplied or joined to itself, and no template reaches another: so what comes of one is bounded by its length and that of its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.errors import BadInput

LONGEST = 20_000
"""Characters of what comes of a template."""

_FILTERS = frozenset({"join", "upper", "lower", "title", "capitalize", "length", "first", "last", "trim"})
_NODES = (
    *(nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.For, nodes.Filter, nodes.CondExpr),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
)
"""All that a template may be made of."""

_DEEPEST = 2


class Faulty(Exception):
    """A template that cannot be used: ``code`` is the end of its sentence's key, ``line`` counts within the template from 1."""

    def __init__(self, code: str, line: int = 1, **values: str) -> None:
        super().__init__(code)
        self.code, self.line, self.values = code, line, values


_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, trim_blocks=True)
_environment.globals.clear()


def check(source: str, known: frozenset[str]) -> None:
    """Raise ``Faulty`` for what is no template, uses more than is allowed, or a name that nobody gives."""
    try:
        tree = _environment.parse(source)
    except TemplateError as error:
        raise Faulty("template-broken", getattr(error, "lineno", None) or 1) from None
    except RecursionError:
        raise Faulty("template-deep") from None
    _walk(tree, known, 0)


def _walk(node: nodes.Node, known: frozenset[str], depth: int) -> None:
    """Look at everything inside of a node; a loop makes its own name known within it."""
    for child in node.iter_child_nodes():
        if not isinstance(child, _NODES):
            raise Faulty("template-more", child.lineno or 1, what=type(child).__name__)
        if isinstance(child, nodes.Filter) and child.name not in _FILTERS:
            raise Faulty("template-more", child.lineno or 1, what=child.name)
        if isinstance(child, nodes.Name) and child.ctx == "load" and child.name not in known:
            raise Faulty("template-name", child.lineno or 1, name=child.name)
        if not isinstance(child, nodes.For):
            _walk(child, known, depth)
            continue
        plain = isinstance(child.iter, nodes.Name) and isinstance(child.target, nodes.Name)
        if child.recursive or not plain or depth == _DEEPEST:
            raise Faulty("template-loop", child.lineno or 1)
        assert isinstance(child.target, nodes.Name)
        _walk(child, known | {child.target.name, "loop"}, depth + 1)


def fill(source: str, values: Mapping[str, object]) -> str:
    """The template with its values put in. Raises ``BadInput("recipe-grows")`` where that is longer than ``LONGEST``."""
    parts, length = [], 0
    for part in _compiled(source).generate(**values):
        length += len(part)
        if length > LONGEST:
            raise BadInput("recipe-grows", limit=LONGEST)
        parts.append(part)
    return "".join(parts).strip()


@lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    return _environment.from_string(source)
