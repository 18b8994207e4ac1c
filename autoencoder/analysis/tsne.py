"""t-SNE of codes in stages, each of which begins where the one before ended, so that its progress can be seen.

L. van der Maaten and G. Hinton, "Visualizing data using t-SNE", Journal of Machine Learning Research 9, 2008. It is
scikit-learn's, which the process that serves pages must not import: `stage` runs in the background process.
"""

import numpy as np

from autoencoder.analysis.latent import codes_of
from autoencoder.data.sources import get_source
from autoencoder.networks.compiled import CompiledNetwork
from autoencoder.training.run_folder import RunFolder
from autoencoder.training.store import TrainedModel

STAGES = 4
STAGE_STEPS = 250  # iterations; scikit-learn does not make fewer
EXAGGERATION = 12.0  # of the first stage, as scikit-learn has it
FEWEST = 5  # pictures that can be told apart at all


def stage(folder: RunFolder, version: str, size: int, number: int, before: bytes) -> bytes:
    """Return what a stage, 0 to STAGES − 1, makes of the first `size` numbers of the codes of a run's test pictures.

    It is given what the stage before returned, or nothing. The points are bytes, see `points_of`, as a question that is
    remembered must be hashable; `network_version` has a network that was trained on looked at anew.
    """
    settings = folder.settings()
    model = TrainedModel(settings, CompiledNetwork(*folder.network()))
    codes = codes_of(model, get_source(settings.source).load(test_only=True), size).values
    return embed(codes, number, points_of(before) if before else None).tobytes()


def points_of(answer: bytes) -> np.ndarray:
    """Return what `stage` returned as points, float32 (n, 2)."""
    return np.frombuffer(answer, np.float32).reshape(-1, 2)


def embed(codes: np.ndarray, number: int, before: np.ndarray | None) -> np.ndarray:
    """Return where STAGE_STEPS iterations of t-SNE move the points (n, 2) of codes, float32 (n ≥ FEWEST, size).

    The first stage begins at two principal components, and exaggerates how close neighbors are, so that groups find
    each other.

    Raises:
        ValueError: If there are too few codes.
    """
    if len(codes) < FEWEST:
        raise ValueError(f"Expected at least {FEWEST} codes. Received: {len(codes)}.")
    from sklearn.manifold import TSNE

    start = before if before is not None else "pca" if codes.shape[1] > 1 else "random"
    method = TSNE(
        init=start,
        perplexity=min(30.0, (len(codes) - 1) / 3),  # fewer neighbors count where there are few
        early_exaggeration=1.0 if number else EXAGGERATION,
        learning_rate=max(len(codes) / EXAGGERATION / 4, 50.0),  # as scikit-learn has it
        max_iter=STAGE_STEPS,
        random_state=0,
    )
    return method.fit_transform(codes).astype(np.float32)
