"""A line as small as a word, which says where a number comes from."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT, PAD = 190, 30, 4


def sparkline(
    values: Sequence[float | None], target: float | None = None, label: str = ""
) -> Markup | None:
    """The values as a line, missing ones as gaps, the last as a dot; None for fewer than two."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    if target is not None:
        low, high = min(low, target), max(high, target)
    span = (high - low) or 1

    def place(index: int, value: float) -> tuple[float, float]:
        across = PAD + index * (WIDTH - 2 * PAD) / (len(values) - 1)
        return round(across, 1), round(HEIGHT - PAD - (value - low) / span * (HEIGHT - 2 * PAD), 1)

    pieces: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(place(index, value))
    path = " ".join(
        "M" + " L".join(f"{across} {down}" for across, down in piece) for piece in pieces if piece
    )
    last = next(index for index in reversed(range(len(values))) if values[index] is not None)
    across, down = place(last, values[last])
    aim = Markup("")
    if target is not None:
        line = place(0, target)[1]
        aim = Markup('<path class="aim" d="M0 {} H{}"/>').format(line, WIDTH)
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="xMinYMid meet" role="img" '
        'aria-label="{}">{}'
        '<path class="line" d="{}"/><circle cx="{}" cy="{}" r="2.6"/></svg>'
    ).format(WIDTH, HEIGHT, label, aim, path, across, down)
