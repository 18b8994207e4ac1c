"""What the page Latent space shows of a trained network, worked out once: the plot, the map, and the players."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from autoencoder.analysis.averages import Averages, likeness
from autoencoder.analysis.latent import (
    Codes,
    class_averages,
    code_sizes,
    codes_of,
    decode,
    draw_similar,
    farthest_pair,
    influences,
    nearest,
    strangeness,
    traversal,
    traversal_values,
)
from autoencoder.analysis.planes import FlatPlane, NeighborPlane, Plane, frame_of, plane_of, quantile_grid
from autoencoder.analysis.tsne import points_of
from autoencoder.data.selection import one_of_each
from autoencoder.rendering.sprites import enlarge, png, square_sheet, thumbnails, tile_up, to_bytes
from ui.components.player.player import Player, Row
from ui.components.scatter.scatter import Scatter
from ui.lessons.common.players import player_of, row_of, with_names
from ui.lessons.common.text import count
from ui.lessons.latent.text import axes_in_words, decoded_in_words, plot_in_words
from ui.services.cache import clearable_cache
from ui.services.services import test_pictures
from ui.services.trained_run import TrainedRun

GRID = 24  # places along each side that the pointer meets
MAP_SIDE = 15  # decoded places along each side of the map
MAP_WIDTH = 1200  # px that the map has at most
STEPS = 41  # of a walk
DRAWS, DRAWN = 20, 10  # how many times new pictures are drawn, and how many each time
SAMPLE_SEED = 0


@dataclass(frozen=True)
class View:
    """What is looked at.

    Args:
        run: The network.
        size: How many numbers of each code are kept.
    """

    run: TrainedRun
    size: int


@clearable_cache(4)
def known_codes(view: View) -> Codes:
    """Return the codes of the test pictures."""
    return codes_of(view.run.model, test_pictures(view.run.source), view.size)


@clearable_cache(4)
def plane_for(view: View, embedded: bytes | None) -> Plane:
    """Return where the codes are drawn: t-SNE's plane from what a stage of it returned, or for None the codes' own."""
    values = known_codes(view).values
    return plane_of(values) if embedded is None else NeighborPlane(points_of(embedded), values)


@clearable_cache(2)
def scatter_of(view: View, embedded: bytes | None, stages: int) -> Scatter:
    """Return the scatter plot.

    Args:
        view: What is looked at.
        embedded: What a stage of t-SNE returned; None for the codes' own plane.
        stages: How many stages of t-SNE are done.
    """
    codes, plane = known_codes(view), plane_for(view, embedded)
    frame = frame_of(plane.points)
    decoded = thumbnails(decode(view.run.model, plane.codes_at(frame.grid(GRID, GRID))))
    sheet, columns = _thumbnail_sheet(view.run.source, len(codes))
    flat = isinstance(plane, FlatPlane)
    return Scatter(
        points=frame.shares(plane.points).tolist(),
        labels=[] if codes.labels is None else codes.labels.tolist(),
        class_names=codes.class_names,
        tile_width=decoded.shape[2],
        tile_height=decoded.shape[1],
        thumbnails=sheet,
        columns=columns,
        decoded=png(tile_up(decoded, GRID)),
        grid=(GRID, GRID),
        axes=axes_in_words(plane, view.size, stages),
        said=decoded_in_words(plane),
        description=plot_in_words(len(codes), plane, view.size),
        straight=flat,
    )


@clearable_cache(2)
def _thumbnail_sheet(source: str, pictures: int) -> tuple[bytes, int]:
    return square_sheet(thumbnails(test_pictures(source).test[:pictures]))


@clearable_cache(2)
def map_picture(view: View, embedded: bytes | None) -> bytes:
    """Return the map as a PNG: decoded places, closer together where there are more codes."""
    plane = plane_for(view, embedded)
    tiles = to_bytes(decode(view.run.model, plane.codes_at(quantile_grid(plane.points, MAP_SIDE))))
    picture = tile_up(tiles, MAP_SIDE)
    return png(enlarge(picture, max(1, MAP_WIDTH // picture.shape[1])))


@clearable_cache(4)
def default_pair(view: View) -> tuple[int, int]:
    """Return the pictures between which the page walks first: of one of each class, those whose codes are farthest."""
    codes = known_codes(view)
    indices = one_of_each(codes.labels, len(codes))
    first, second = farthest_pair(codes.values[indices])
    return int(indices[first]), int(indices[second])


def names_of(view: View, indices: list[int]) -> list[str]:
    """Return the classes of some pictures, or their numbers where there are no classes."""
    codes = known_codes(view)
    if codes.labels is None:
        return [f"picture {index + 1}" for index in indices]
    return [codes.class_names[codes.labels[index]] for index in indices]


def place_picture(view: View, plane: Plane, index: Sequence[float]) -> bytes:
    """Return what the decoder makes of exactly one place (x, y) of a plane, as a PNG."""
    return png(thumbnails(decode(view.run.model, plane.codes_at(np.array([index]))))[0])


@clearable_cache(4)
def walk_player(view: View, pair: tuple[int, int]) -> Player:
    """Return a player whose slider walks from one picture to another: in the space of the codes, and by fading."""
    codes = known_codes(view)
    start, end = codes.values[list(pair)]
    way = np.linspace(start, end, STEPS)
    by_code = decode(view.run.model, way)
    faded = np.linspace(by_code[0], by_code[-1], STEPS)
    names = names_of(view, list(pair))
    meets = names_of(view, nearest(way, codes.values)[0].tolist())
    last = len(way) - 1
    return Player(
        slider_label="Of the way from A to B",
        position_text="{position} of the way from A to B",
        positions=[f"{100 * number / last:.0f} %" for number in range(len(way))],
        rows=[
            _row_with_ends("In code space", by_code, "A, what is decoded {position} of the way to B, and B"),
            _row_with_ends("Fading pixels", faded, "A, both pictures faded over {position}, and B"),
        ],
        columns=3,
        tile_height=by_code.shape[1],
        tile_width=by_code.shape[2],
        column_names=[f"A: {names[0]}", "on the way", f"B: {names[1]}"],
        captions=[f"Nearest code of a test picture: {name}" for name in meets],
        ticks=[last * quarter // 4 for quarter in range(5)],
    )


def _row_with_ends(label: str, frames: np.ndarray, description: str) -> Row:
    """Return frames (steps, height, width, channels), each between the first and the last of them, as a row."""
    ends = [np.broadcast_to(frame, frames.shape) for frame in (frames[0], frames[-1])]
    return row_of(label, np.stack([ends[0], frames, ends[1]], axis=1), description)


@clearable_cache(4)
def _influences(view: View, index: int) -> np.ndarray:
    """Return how much each number of a test picture's code changes the picture."""
    values = known_codes(view).values
    return influences(view.run.model, values[index], traversal_values(values))


def knob_order(view: View, index: int) -> list[int]:
    """Return the numbers of the code, those first that change a test picture most."""
    return np.argsort(-_influences(view, index), kind="stable").tolist()


@clearable_cache(64)
def knob_player(view: View, index: int, number: int) -> tuple[Player, int]:
    """Return a player whose slider is one number of a test picture's code, and where it stands in that code."""
    moved = traversal(view.run.model, known_codes(view).values, index, number, _influences(view, index))
    description = f"The picture where number {number + 1} of its code is {{position}} and the others stay"
    player = player_of(
        moved.pictures[:1],
        [row_of("", moved.pictures[:, np.newaxis], description)],
        slider_label=f"Number {number + 1}",
        positions=[f"{value:+.1f}".replace("-", "−") for value in moved.values],
        captions=[f"{moved.share:.0%} of what all numbers change"] * len(moved.values),
        play=False,
    )
    return player, moved.start


def _average_codes(codes: Codes) -> np.ndarray:
    return class_averages(codes.values, codes.labels)


@clearable_cache(4)
def averages(view: View) -> Averages:
    """Return what the average codes look like, by the votes of the nearest test pictures."""
    codes = known_codes(view)
    if codes.labels is None:
        return Averages({}, None)
    real, found = test_pictures(view.run.source).test[: len(codes)], {}
    larger = [size for size in code_sizes(view.run.model) if size > view.size]
    for size in (view.size, *larger):
        at = replace(view, size=size)
        found[size] = likeness(decode(view.run.model, _average_codes(known_codes(at))), real, codes)
        if found[size].holds:
            break
    ends = {size: found[size] for size in (min(found), max(found))}
    return Averages(ends, likeness(class_averages(real, codes.labels), real, codes))


@clearable_cache(2)
def averages_player(view: View) -> Player:
    """Return the average code of each class, decoded, above the average of its pictures; see `Averages`."""
    codes = known_codes(view)
    names = [codes.class_names[label] for label in codes.classes] or ["all"]
    rows = []
    for size in averages(view).decoded or [view.size]:
        decoded = decode(view.run.model, _average_codes(known_codes(replace(view, size=size))))
        about = f"The average code of each class, of {count(size, 'number')}, decoded"
        rows.append(row_of(f"Average code, {count(size, 'number')}", decoded[np.newaxis], with_names(about, names)))
    pixels = class_averages(test_pictures(view.run.source).test[: len(codes)], codes.labels)
    rows.append(row_of("Average picture", pixels[np.newaxis], "Each class's pictures, averaged pixel by pixel"))
    return player_of(pixels, rows, slider_label="", positions=[""], column_names=names)


@clearable_cache(4)
def samples_player(view: View, label: int | None) -> tuple[Player, float]:
    """Return a player whose slider draws other new pictures, and how strange their codes are; see `strangeness`."""
    known = known_codes(view).of_class(label)
    drawn = draw_similar(known, DRAWS * DRAWN, SAMPLE_SEED)
    pictures = decode(view.run.model, drawn)
    frames = pictures.reshape(DRAWS, DRAWN, *pictures.shape[1:])
    row = row_of("New pictures", frames, "Ten pictures decoded from new codes, draw {position}")
    positions = [str(number + 1) for number in range(DRAWS)]
    return player_of(frames[0], [row], slider_label="Draw", positions=positions), strangeness(drawn, known)
