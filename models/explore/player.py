"""A course as it is played: the frames that have come, and which of them the page shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from .frames import Frame, Frames

PACE = 0.05  # s that a frame is shown: the whole course in 4 s
EARLIER = 3  # courses played before that stay to be compared with
Points = list[tuple[float, float]]  # t (s) and V (mV)


@dataclass
class Player:
    """frames: of this course; shown: index of the one that is seen; earlier: courses played before, by what
    was done in them; done: what is done in this one; ended: whether all frames have come; held: whether the
    user has taken hold of the time."""

    frames: list[Frame] = field(default_factory=list)
    shown: int = 0
    earlier: dict[str, Points] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    ended: bool = False
    held: bool = False

    @property
    def name(self) -> str:
        """What is done in it."""
        return "+".join(self.done)

    @property
    def frame(self) -> Frame | None:
        """The one that is seen."""
        return self.frames[min(self.shown, len(self.frames) - 1)] if self.frames else None

    @property
    def playing(self) -> bool:
        """Whether there is more to see, or to come."""
        return bool(self.done) and not self.held and not (self.ended and self.shown >= len(self.frames) - 1)

    def begin(self, done: Sequence[str], keep: bool) -> None:
        """Begin another course. keep: whether the one before may be compared with, for the same sliders."""
        if keep and self.frames and self.done and self.name != "+".join(done):
            self.earlier[self.name] = [(frame.t, frame.v) for frame in self.frames]
        if not keep:
            self.earlier.clear()
        self.earlier.pop("+".join(done), None)
        while len(self.earlier) > EARLIER:
            self.earlier.pop(next(iter(self.earlier)))
        self.done, self.frames, self.shown = tuple(done), [], 0
        self.ended = self.held = False

    def add(self, came: Frames) -> None:
        """Take in a piece; the first is the beginning, once more too."""
        if came.number == 0:
            self.frames, self.shown = [], 0
        self.frames += came.frames
        self.ended = came.number + 1 == came.pieces

    def step(self) -> bool:
        """Show the next frame; whether there was one."""
        if self.held or self.shown >= len(self.frames) - 1:
            return False
        self.shown += 1
        return True

    def again(self) -> None:
        """From the beginning."""
        self.shown, self.held = 0, False

    def hold(self, index: int) -> None:
        """Show this frame, and stay there."""
        self.shown, self.held = max(0, min(index, len(self.frames) - 1)), True
