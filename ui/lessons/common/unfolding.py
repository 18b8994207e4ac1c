"""How the latent space unfolded, or unfolds: codes of test pictures at moments that a training has kept, as points."""

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import streamlit as st

from autoencoder.analysis.latent import plane_of
from autoencoder.analysis.unfolding import Unfolding, end_of, same_class, unfold, with_network
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.run_state import DamagedRun
from ui.components.unfold.unfold import Moment, Plane, moving_points
from ui.lessons.common.text import epochs_in_words
from ui.services.services import clearable_cache, test_pictures
from ui.services.trained_run import TrainedRun
from ui.words import read_texts

WORDS = read_texts("lessons/common/unfolding.toml")


def look_back_at_codes(run: TrainedRun) -> None:
    """Draw how the codes of a trained network moved while it learned; or say that nothing was kept."""
    if not (found := unfolding_of(run)):
        st.markdown(WORDS["none" if run.snapshot else "came"])
        return
    _draw(found, WORDS["axes"]["end"], f"unfolded {run.key}")


def unfold_live(folder: RunFolder, source: str, previews: Sequence[float]) -> None:
    """Draw how the codes of a network under training have moved, by its previews, which were kept at these epochs.

    They stand on the plane of one of the moments, always the latest whose number is a power of two: so all that were
    sent stay as they are, most of the time.
    """
    codes = kept_codes(folder, source, previews)
    if not codes:
        st.caption(WORDS["later"])
        return
    of = 2 ** (len(codes).bit_length() - 1) - 1
    epoch, fixed = list(codes.items())[of]
    when = WORDS["axes"]["live"].format(epochs=epochs_in_words(epoch)) if epoch else WORDS["axes"]["start"]
    found = unfold(codes, test_pictures(source), plane_of(fixed))
    _draw(found, when, f"unfolds {folder.path.name}", live=True)


def _draw(found: Unfolding, when: str, key: str, *, live: bool = False) -> None:
    counts = {"pictures": found.points.shape[1], "moments": len(found.epochs)}
    if not live:
        st.markdown(WORDS["about"].format(**counts))
    labels = [] if found.labels is None else found.labels.tolist()
    plane = Plane(labels, found.class_names, axes_in_words(found, when), WORDS["plot"].format(**counts))
    moving_points(plane, moments_of(found), key=key, live=live)


def axes_in_words(found: Unfolding, when: str) -> str:
    """Return what the two directions of the plane are, which for PCA is that of the codes at some time."""
    kind = {1: "one", 2: "two"}.get(found.size, "pca")
    return str(WORDS["axes"][kind].format(when=when, size=found.size, explained=found.plane.explained))


def moments_of(found: Unfolding) -> list[Moment]:
    """Return the moments, each with the share of points whose nearest is of their class, where there are classes."""
    labels = found.labels
    share_of = (lambda points: None) if labels is None else (lambda points: _same(points.tobytes(), labels.tobytes()))
    shares = map(share_of, found.points)
    said = ["" if share is None else WORDS["same"].format(share=share) for share in shares]
    return [Moment(*of) for of in zip(found.epochs, found.points, said, strict=True)]


@clearable_cache(2)
def unfolding_of(run: TrainedRun) -> Unfolding | None:
    """Return how a network unfolded, which ends with what it is; None where nothing was kept."""
    if not run.snapshot or not (codes := kept_codes(run.folder, run.settings.source, run.snapshot.previews)):
        return None
    pictures = test_pictures(run.settings.source)
    return unfold(with_network(codes, run.model, pictures, end_of(run.snapshot)), pictures)


def kept_codes(folder: RunFolder, source: str, previews: Sequence[float]) -> dict[float, np.ndarray]:
    """Return the codes that were kept with previews, float32 (n, numbers), by the epoch.

    What cannot be read is left out, and what does not fit the first of them or the test pictures.
    """
    found: dict[float, np.ndarray] = {}
    for number, epoch in enumerate(previews):
        codes = _codes(folder, number, folder.preview_version(number))
        if codes is None or len(codes) > len(test_pictures(source).test):
            continue
        if codes.shape == next(iter(found.values()), codes).shape:
            found[epoch] = codes
    return found


@clearable_cache(64)
def _codes(folder: RunFolder, number: int, version: int) -> np.ndarray | None:
    with suppress(DamagedRun):
        return folder.codes(number)
    return None


@clearable_cache(128)
def _same(points: bytes, labels: bytes) -> float | None:
    return same_class(np.frombuffer(points, np.float32).reshape(-1, 2), np.frombuffer(labels, np.int64))
