"""What a drill found: figures beside what is wanted of them."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    what: str
    found: str
    wanted: str
    is_kept: bool


@dataclass
class Finding:
    """``promise`` is what is tried, in the words of a reader; ``notes`` say how, where it matters."""

    promise: str
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, what: str, found: object, wanted: str, is_kept: bool) -> None:
        self.figures.append(Figure(what, str(found), wanted, bool(is_kept)))

    def equal(self, what: str, found: object, wanted: object) -> None:
        self.add(what, found, str(wanted), found == wanted)

    def at_most(self, what: str, found: float, most: float, unit: str = "") -> None:
        self.add(what, f"{found:.4g}{unit}", f"at most {most:g}{unit}", found <= most)

    def at_least(self, what: str, found: float, least: float, unit: str = "") -> None:
        self.add(what, f"{found:.4g}{unit}", f"at least {least:g}{unit}", found >= least)

    @property
    def is_kept(self) -> bool:
        return bool(self.figures) and all(figure.is_kept for figure in self.figures)
