"""The sizes that a model draws."""

from __future__ import annotations

from dataclasses import dataclass

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True)
class SizeRule:
    """The sizes that a model draws. The defaults are those of the GPT image models 2 to 2.6 (API reference, 2026-11-22)."""

    multiple: int = 16
    """Both edges are multiples of this."""
    longest_edge: int = 3840
    fewest_pixels: int = 655_360
    most_pixels: int = 8_294_400
    most_ratio: float = 3.0
    """Longer edge to shorter edge."""
    sensible_pixels: int = 1536 * 1024
    """Larger photos are drawn at this size, as pixels are what is paid for."""
    fixed: tuple[Size, ...] = ()
    """If given, the only sizes allowed."""

    @property
    def widest(self) -> float:
        """Longer edge to shorter edge, at most, also where only some sizes are drawn."""
        return max((max(size) / min(size) for size in self.fixed), default=self.most_ratio)

    def allows(self, width: int, height: int) -> bool:
        """Whether the model draws this size."""
        if self.fixed:
            return (width, height) in self.fixed
        return (
            width % self.multiple == 0
            and height % self.multiple == 0
            and max(width, height) <= self.longest_edge
            and self.fewest_pixels <= width * height <= self.most_pixels
            and max(width, height) <= self.most_ratio * min(width, height)
        )


FREE_SIZES = SizeRule()
STANDARD_SIZES = SizeRule(fixed=((1024, 1024), (1536, 1024), (1024, 1536)))
