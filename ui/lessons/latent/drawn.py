"""Where the code of a drawing lies among those of test pictures, and what is between."""

import numpy as np

from autoencoder.analysis.latent import NEIGHBORS, FlatPlane
from autoencoder.rendering.sprites import png, thumbnails
from ui.drawing.answers import Drawing
from ui.lessons.common.drawing import packed_answer
from ui.lessons.latent.players import TEXTS, View


def on_plane(view: View, drawing: Drawing) -> bytes:
    """Return where a drawing's code lies on the plot, which codes are nearest to it, and a picture.

    The picture is what the decoder makes of the code, or of the place to which a walk has led from there.
    """
    code = view.run.model.network.encode(drawing.picture[None])[:, : view.size]
    near = np.argsort(np.square(view.codes.values - code).sum(axis=1), kind="stable")[:NEIGHBORS].tolist()
    point = view.plane.places_of(code)
    walked = code if drawing.place is None else walk(view, code, view.frame.position(*drawing.place))
    names = ", ".join(view.names(near))
    return packed_answer(
        [TEXTS["drawn"]["words"].format(names=names)],
        pictures=[png(thumbnails(view.decode(walked))[0])],
        point=np.clip(view.frame.shares(point)[0], 0, 1).tolist(),
        neighbors=near,
        said=TEXTS["drawn"]["code" if drawing.place is None else "walk"],
    )


def walk(view: View, code: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Return the code (1, size) at a place (2,) to which one walks from a code (1, size), along the plane.

    What of a code lies off a flat plane stays as it is; on others it is the mixture that the place stands for.
    """
    there = view.plane.codes_at(place[np.newaxis])
    if isinstance(view.plane, FlatPlane):
        there += code - view.plane.codes_at(view.plane.places_of(code))
    return there
