"""How the codes of test pictures moved while a network learned, all on the plane on which its codes lie at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from autoencoder.analysis.latent import FlatPlane, nearest, plane_of
from autoencoder.data.image_dataset import ImageDataset
from autoencoder.training.run_state import NoticeCode, Snapshot
from autoencoder.training.store import TrainedModel
from autoencoder.training.unfolding import which_pictures


@dataclass(frozen=True, eq=False)
class Unfolding:
    """Where the codes of some pictures lay on one plane, at moments of a training."""

    epochs: tuple[float, ...]  # of the moments, rising
    points: np.ndarray = field(repr=False)  # float32 (moments, n, 2)
    plane: FlatPlane
    labels: np.ndarray | None = field(default=None, repr=False)  # int64 (n,), if the pictures have any
    class_names: tuple[str, ...] = ()
    size: int = 2  # numbers of each code that were kept


def unfold(codes: Mapping[float, np.ndarray], pictures: ImageDataset, plane: FlatPlane | None = None) -> Unfolding:
    """Return how codes float32 (n, numbers) of test pictures moved, by the epoch; by default on the last's plane."""
    *_, last = codes.values()
    plane = plane or plane_of(last)
    points = np.stack([plane.places_of(one) for one in codes.values()])
    labels = pictures.test_labels
    if labels is not None:
        labels = labels[which_pictures(len(labels), len(last))].astype(np.int64)
    return Unfolding(tuple(codes), points, plane, labels, pictures.class_names, last.shape[1])


def with_network(
    codes: Mapping[float, np.ndarray], model: TrainedModel, pictures: ImageDataset, end: float
) -> dict[float, np.ndarray]:
    """Return the codes of before an epoch, `end`, and for that those of the trained network itself."""
    count, numbers = next(iter(codes.values())).shape
    shown = pictures.test[which_pictures(len(pictures.test), count)]
    return {epoch: one for epoch, one in codes.items() if epoch < end} | {end: model.network.encode(shown)[:, :numbers]}


def end_of(snapshot: Snapshot) -> float:
    """Return after how many epochs a training had the network that it has kept."""
    notice = snapshot.notice
    return notice.kept_epoch if notice and notice.code is NoticeCode.DIVERGED else snapshot.epoch


def same_class(points: np.ndarray, labels: np.ndarray | None) -> float | None:
    """Return the share of points (n, 2) whose nearest other point is of their class; None without two classes."""
    if labels is None or len(points) < 2 or len(np.unique(labels)) < 2:
        return None
    return float(np.mean(labels[nearest(points)[0]] == labels))
