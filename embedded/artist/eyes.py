"""Eyes for OpenMoji's animals, which are drawn without: a picture book's animals look back at you.

One line an animal: its drawing, then `x,y` on the 72×72 grid for each eye; `d` marks a dark face (the eye gets a white
ring), `s` a small one.
"""

from __future__ import annotations

_TABLE = """
1F43B-200D-2744-FE0F 13.6,27.5; 1F428 24.8,19.8 34.8,19.8; 1F99D 55.6,35.8 d; 1F994 13.2,38.1; 1F43F 20.4,23.4; 1F9AB 19,26.4
1F9AD 31.3,17.4; 1F9A1 13.4,26.9; 1F9A8 15.4,42.4 d; 1F418 15.6,27; 1F992 17.6,12.9 s; 1F993 12.8,21; 1F40E 11.6,18; 1FACF 19,22
1F98C 18.6,24; E003 20.5,24.2; 1F411 13,22.6; 1F410 9.8,22.2; 1F999 17.2,15.4; 1F42A 12.4,22.4; 1F998 11.5,19.8 s; 1F98F 13.6,32.6
1F99B 57,39; 1F98D 17.5,20 d; 1F9A3 22.5,26; 1F406 9.6,29.6 s; 1F413 25.6,24; 1F986 24,14.4; 1FABF 29,12.6 s; 1F9A2 22.9,14.4 s
1F427 38.6,11.6 d; 1F426 54,20.4; E009 20,39.6; 1F54A 19.8,41; 1F985 20.4,45.4; 1F426-200D-2B1B 53.6,20.4 d; 1F99C 32.4,15
1F9A9 20,15 s; 1F99A 36,25.6 d; 1F9A4 25.6,19; 1F987 31,28.4 d 35.6,28.4 d; 1F41D 51.6,29.6; 1F422 10.4,21.8; 1F40D 44.6,17.4
1F98E 7.6,33.4 s; 1F40A 56,45.4; 1F996 54.2,21.4; 1F995 62.4,13.4 s; 1F409 43.2,14.2 s; 1F433 19.6,30; E004 51,29.4 d; 1F42C 21.4,30
1F988 60,36.4; 1F420 52,33; 1F41F 55.4,32; 1F421 21,31 d; 1F419 31.4,24 40.6,24; 1FABC 30,26 42,26; 1F990 27,22.6
1F9DC-200D-2640-FE0F 32.4,16.4 s 35.4,16.4 s
"""


def eyes(name: str) -> str:
    """The SVG of an animal's eyes; empty for drawings that have their own or need none."""
    return "".join(_eye(*eye) for eye in _EYES.get(name, ()))


def _eye(x: float, y: float, marks: str) -> str:
    """One eye with a glint."""
    radius = 1.15 if "s" in marks else 1.7
    ring = f'<circle cx="{x}" cy="{y}" r="{radius + 0.9}" fill="#ffffff"/>' if "d" in marks else ""
    return (
        f'{ring}<circle cx="{x}" cy="{y}" r="{radius}" fill="#000000"/>'
        f'<circle cx="{x + radius * 0.35:.2f}" cy="{y - radius * 0.4:.2f}" r="{radius * 0.36:.2f}" fill="#ffffff"/>'
    )


def _parsed() -> dict[str, list[tuple[float, float, str]]]:
    """The table: drawing → eyes as `(x, y, marks)`."""
    found: dict[str, list[tuple[float, float, str]]] = {}
    for entry in _TABLE.replace("\n", ";").split(";"):
        name, *parts = entry.split() or [""]
        for part in parts:
            if "," in part:
                x, y = part.split(",")
                found.setdefault(name, []).append((float(x), float(y), ""))
            else:
                x_known, y_known, _ = found[name][-1]
                found[name][-1] = (x_known, y_known, part)
    return found


_EYES = _parsed()
