"""What the page Latent space shows of a trained network, and says of it: the plot, the map, and the players."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autoencoder.analysis import latent
from autoencoder.analysis.latent import Likeness
from autoencoder.data.selection import one_of_each
from autoencoder.rendering.sprites import png, square_sheet, thumbnails, tile_up, to_bytes
from ui.components.player.player import Player
from ui.components.scatter.scatter import Scatter
from ui.export.figures import Subject, subject_of
from ui.lessons.common.players import class_names, player_of, row_of, with_names
from ui.services.services import clearable_cache, test_pictures
from ui.services.trained_run import TrainedRun
from ui.words import count, read_texts

GRID = 24  # places along each side that the pointer meets
MAP_SIDE = 15  # decoded places along each side of the map
MAP_WIDTH = 1200  # px that the map has at most
STEPS = 41  # of a walk
DRAWS, DRAWN = 20, 10  # how many times new pictures are drawn, and how many each time
SAMPLE_SEED = 0
STRANGE = 1.25  # from so many times the usual distance on, new codes are said to lie elsewhere
TEXTS = read_texts("lessons/latent/texts.toml")


@dataclass(frozen=True)
class View:
    """What is looked at: the codes of a network."""

    run: TrainedRun
    size: int  # how many numbers of each code are kept
    embedded: bytes | None = None  # what a stage of t-SNE returned; None for the codes' own plane
    stages: int = 0  # of t-SNE that are done

    @property
    @clearable_cache(4)
    def codes(self) -> latent.Codes:
        """Return the codes of the test pictures."""
        return latent.codes_of(self.run.model, test_pictures(self.run.source), self.size)

    @property
    @clearable_cache(4)
    def plane(self) -> latent.Plane:
        """Return where the codes are drawn."""
        values = self.codes.values
        if self.embedded is None:
            return latent.plane_of(values)
        return latent.NeighborPlane(latent.points_of(self.embedded), values)

    @property
    def frame(self) -> latent.Frame:
        """Return the part of the plane that is drawn."""
        return latent.frame_of(self.plane.points)

    @property
    def subject(self) -> Subject:
        """Return what its figures are of."""
        return subject_of("latent", self.run.settings, kept=self.size)

    @property
    def words(self) -> dict[str, str]:
        """Return what the page says of the plane, see `plane_in_words`."""
        return plane_in_words(self.plane, self.size, self.stages)

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Return what the network makes of the first numbers of codes, see `latent.decode`."""
        return latent.decode(self.run.model, codes)

    def names(self, indices: Sequence[int]) -> list[str]:
        """Return the classes of some test pictures, or their numbers where there are no classes."""
        return class_names(self.run.source, tuple(indices)) or [f"picture {index + 1}" for index in indices]


def plane_in_words(plane: latent.Plane, size: int, stages: int) -> dict[str, str]:
    """Return the texts on the plane of codes of `size` numbers, after so many stages of t-SNE, as in `texts.toml`."""
    kind, explained, state = "tsne", (0.0, 0.0), ""
    if isinstance(plane, latent.FlatPlane):
        kind, explained = {1: "one", 2: "two"}.get(size, "pca"), plane.explained
    elif stages != latent.STAGES:
        done, most = stages * latent.STAGE_STEPS, latent.STAGES * latent.STAGE_STEPS
        state = f" You see it after {done:,} of {most:,} iterations."
    values = {"size": size, "explained": explained, "neighbors": latent.NEIGHBORS, "state": state}
    return {part: text.format(**values) for part, text in TEXTS["plane"][kind].items()}


@clearable_cache(2)
def scatter_of(view: View) -> Scatter:
    """Return the scatter plot."""
    codes, plane, frame, words = view.codes, view.plane, view.frame, view.words
    numbers = count(view.size, "number")
    decoded = thumbnails(view.decode(plane.codes_at(frame.grid(GRID, GRID))))
    sheet, columns = _thumbnail_sheet(view.run.source, len(codes))
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
        axes=words["axes"],
        said=words["decoded"],
        description=TEXTS["plot"].format(pictures=len(codes), numbers=numbers, drawn=words["drawn"]),
        straight=isinstance(plane, latent.FlatPlane),
    )


@clearable_cache(2)
def _thumbnail_sheet(source: str, pictures: int) -> tuple[bytes, int]:
    return square_sheet(thumbnails(test_pictures(source).test[:pictures]))


@clearable_cache(2)
def map_picture(view: View) -> bytes:
    """Return the map as a PNG: decoded places, closer together where there are more codes."""
    tiles = view.decode(view.plane.codes_at(latent.quantile_grid(view.plane.points, MAP_SIDE)))
    picture = tile_up(to_bytes(tiles), MAP_SIDE)
    dots = max(1, MAP_WIDTH // picture.shape[1])
    return png(picture.repeat(dots, axis=0).repeat(dots, axis=1))


def place_picture(view: View, place: Sequence[float]) -> bytes:
    """Return what the decoder makes of exactly one place (x, y) of the plane, as a PNG."""
    return png(thumbnails(view.decode(view.plane.codes_at(np.array([place]))))[0])


def default_pair(view: View) -> tuple[int, int]:
    """Return the pictures between which the page walks first: of one of each class, those whose codes are farthest."""
    indices = one_of_each(view.codes.labels, len(view.codes))
    first, second = latent.farthest_pair(view.codes.values[indices])
    return int(indices[first]), int(indices[second])


@clearable_cache(4)
def walk_player(view: View, pair: tuple[int, int]) -> Player:
    """Return a player whose slider walks from one picture to another: in the space of the codes, and by fading."""
    start, end = view.codes.values[list(pair)]
    way = np.linspace(start, end, STEPS)
    by_code = view.decode(way)
    faded = np.linspace(by_code[0], by_code[-1], STEPS)
    rows = [
        ("In code space", by_code, "A, what is decoded {position} of the way to B, and B"),
        ("Fading pixels", faded, "A, both pictures faded over {position}, and B"),
    ]
    ends = [np.broadcast_to(by_code[step], by_code.shape) for step in (0, -1)]
    a, b = view.names(pair)
    meets = view.names(latent.nearest(way, view.codes.values)[0].tolist())
    return player_of(
        by_code[:3],
        [row_of(name, np.stack([ends[0], on_way, ends[1]], axis=1), about) for name, on_way, about in rows],
        slider_label="Of the way from A to B",
        position_text="{position} of the way from A to B",
        positions=[f"{share:.0f} %" for share in np.linspace(0, 100, STEPS)],
        column_names=[f"A: {a}", "on the way", f"B: {b}"],
        captions=[f"Nearest code of a test picture: {name}" for name in meets],
        ticks=list(range(0, STEPS, 10)),
    )


@clearable_cache(4)
def knob_influences(view: View, index: int) -> np.ndarray:
    """Return how much each number of a test picture's code changes the picture."""
    values = view.codes.values
    return latent.influences(view.run.model, values[index], latent.traversal_values(values))


@clearable_cache(64)
def knob_player(view: View, index: int, number: int) -> tuple[Player, int]:
    """Return a player whose slider is one number of a test picture's code, and where it stands in that code."""
    codes, changes = view.codes.values, knob_influences(view, index)
    values = latent.traversal_values(codes)[number]
    pictures = view.decode(latent.traverse(codes[index], number, values))
    share = changes[number] / max(changes.sum(), np.finfo(np.float64).tiny)
    description = f"The picture where number {number + 1} of its code is {{position}} and the others stay"
    player = player_of(
        pictures[:1],
        [row_of("", pictures[:, np.newaxis], description)],
        slider_label=f"Number {number + 1}",
        positions=[f"{value:+.1f}".replace("-", "−") for value in values],
        captions=[f"{share:.0%} of what all numbers change"] * len(values),
        play=False,
    )
    return player, int(np.abs(values - codes[index, number]).argmin())


@clearable_cache(2)
def averages_player(view: View) -> tuple[Player, str]:
    """Return the average code of each class, decoded, above the average of its pictures, and `averages_answer`.

    Where some look like another class, they stand there with more numbers too: as many as it takes until none does, or
    else all.
    """
    codes, labels, rows = view.codes, view.codes.labels, []
    real = test_pictures(view.run.source).test[: len(codes)]
    names = [codes.class_names[label] for label in codes.classes] or ["all"]
    pixels, decoded, like = latent.class_averages(real, labels), {}, {}
    for size in (size for size in latent.code_sizes(view.run.model) if size >= view.size):
        decoded[size] = view.decode(latent.class_averages(replace(view, size=size).codes.values, labels))
        if labels is None:
            break
        like[size] = latent.likeness(decoded[size], real, labels)
        if not like[size].mistaken:
            break
    ends = sorted({min(decoded), max(decoded)})
    for size in ends:
        numbers = count(size, "number")
        about = with_names(f"The average code of each class, of {numbers}, decoded", names)
        rows.append(row_of(f"Average code, {numbers}", decoded[size][np.newaxis], about))
    rows.append(row_of("Average picture", pixels[np.newaxis], "Each class's pictures, averaged pixel by pixel"))
    player = player_of(pixels, rows, slider_label="", positions=[""], column_names=names)
    if labels is None:
        return player, TEXTS["answer"]["none"]
    known = {size: like[size] for size in ends}
    return player, averages_answer(known, latent.likeness(pixels, real, labels), codes.class_names)


def averages_answer(decoded: Mapping[int, Likeness], pixels: Likeness, names: Sequence[str]) -> str:
    """Return which average codes, of so many numbers, look like their class: what these and average pictures do."""
    texts, parts = TEXTS["answer"], []
    for size, like in decoded.items():
        numbers = count(size, "number")
        wrong = ", ".join(f"{names[own]} looks like {names[other]}" for own, other in like.mistaken)
        parts.append(texts["fails" if wrong else "holds"].format(numbers=numbers, wrong=wrong))
    if not wrong:
        nearer = "closer to a real picture than" if like.distance < pixels.distance else "no closer to one than"
        parts.append(texts["distance"].format(code=like, pixels=pixels, numbers=numbers, nearer=nearer))
    return "\n\n".join([*parts, texts["measured"]])


@clearable_cache(4)
def samples_player(view: View, label: int | None) -> tuple[Player, float]:
    """Return a player whose slider draws other new pictures, and the `strangeness` of their codes."""
    known = view.codes.of_class(label)
    drawn = latent.draw_similar(known, DRAWS * DRAWN, SAMPLE_SEED)
    pictures = view.decode(drawn)
    frames = pictures.reshape(DRAWS, DRAWN, *pictures.shape[1:])
    row = row_of("New pictures", frames, "Ten pictures decoded from new codes, draw {position}")
    positions = [str(number + 1) for number in range(DRAWS)]
    return player_of(frames[0], [row], slider_label="Draw", positions=positions), latent.strangeness(drawn, known)


def samples_in_words(times: float, of: str) -> tuple[str, str]:
    """Return how codes like others are drawn, and how they lie by `strangeness`: "" where that was not measured."""
    texts = TEXTS["new"]
    opening = texts["opening"].format(of=of)
    if math.isnan(times):
        return opening, ""
    answer = f"{texts['measured'].format(times=times)} {texts['alike' if times < STRANGE else 'strange']}"
    return f"{opening} {texts['question']}", answer
