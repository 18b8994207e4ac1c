"""The family of autoencoders: the settings of each member.

All are the same small network with one hidden layer each way, but for the linear one; so what differs between them is
their loss. `ui.lessons.family.text` describes them.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from autoencoder.training.run_folder import DamagedRun, RunFolder
from autoencoder.training.settings import NO_PENALTY, TrainingSettings

NETWORKS = ("shallow", "linear")
EPOCHS: Mapping[str, int] = {"mnist": 10, "mnist_sample": 30, "bananas": 15}
MORE_EPOCHS = 20  # of a session's own pictures
BATCHES: Mapping[str, int] = {"mnist": 128, "bananas": 64}
FEW_BATCH = 32  # for sources with few pictures


@dataclass(frozen=True)
class Member:
    """One kind of autoencoder.

    Args:
        title: Its name.
        changes: The settings in which it differs from the plain one.
    """

    title: str
    changes: Mapping[str, object]


MEMBERS: Mapping[str, Member] = {
    "undercomplete": Member("Undercomplete", {}),
    "sparse": Member("Sparse", {"bottleneck_size": 64, "penalty": "sparse", "penalty_weight": 1e-4}),
    "denoising": Member("Denoising", {"noise": "gaussian", "noise_low": 0.0, "noise_high": 0.5}),
    "contractive": Member("Contractive", {"penalty": "contractive", "penalty_weight": 1e-3}),
    "variational": Member(
        "Variational", {"loss": "binary_crossentropy", "penalty": "variational", "penalty_weight": 1.0}
    ),
    "linear": Member("Linear", {"network": "linear", "learning_rate": 0.01, "batch_size": 16}),
}
LINEAR_EPOCHS = 100  # where there are few pictures: it creeps into PCA's plane at last


def settings_of(member: str, source: str) -> TrainingSettings:
    """Return how a member is trained on a source at first.

    Args:
        member: A key of MEMBERS.
        source: Where the pictures come from.
    """
    epochs = LINEAR_EPOCHS if (member, source) == ("linear", "mnist_sample") else EPOCHS.get(source, MORE_EPOCHS)
    plain = TrainingSettings(source, "shallow", "exact", 8, epochs, BATCHES.get(source, FEW_BATCH), learning_rate=0.003)
    return replace(plain, **MEMBERS[member].changes)  # type: ignore[arg-type]


def member_of(settings: TrainingSettings) -> str | None:
    """Return which member was trained with these settings, a key of MEMBERS; None for networks of other pages."""
    if settings.network not in NETWORKS or settings.bottleneck != "exact" or settings.normal_classes:
        return None
    if settings.network == "linear":
        return "linear"
    if settings.penalty != NO_PENALTY:
        return settings.penalty
    return "denoising" if settings.noisy else "undercomplete"


def latest(source: str, runs: Iterable[RunFolder]) -> dict[str, RunFolder]:
    """Of each member that was trained on a source, the run that was used last: member → run, in the order of MEMBERS.

    Args:
        source: Where the pictures come from.
        runs: Finished ones.
    """
    found: dict[str, RunFolder] = {}
    for run in sorted(runs, key=_last_used):
        with suppress(DamagedRun):  # it is reported when somebody looks at it
            settings = run.settings()
            member = member_of(settings)
            if member is not None and settings.source == source:
                found[member] = run
    return {member: found[member] for member in MEMBERS if member in found}


def _last_used(run: RunFolder) -> float:
    try:
        return run.path.stat().st_mtime
    except OSError:
        return 0.0
