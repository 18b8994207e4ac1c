"""The table of lessons that train networks."""

from dataclasses import replace
from functools import partial

from autoencoder.analysis import anomalies, compression, denoising, family
from autoencoder.training.settings import NO_PENALTY, TrainingSettings
from ui.components.player.player import Player
from ui.lessons.anomalies import form as anomalies_form
from ui.lessons.bottleneck import form as bottleneck_form
from ui.lessons.common.players import live_player
from ui.lessons.denoising import form as denoising_form
from ui.lessons.denoising.players import live_noise_player
from ui.lessons.family import form as family_form
from ui.lessons.family.players import description_of
from ui.services import services
from ui.services.trained_run import Preview
from ui.training.form import WITH_BOTTLENECK
from ui.training.runs import Lesson


def _is_plain(settings: TrainingSettings) -> bool:
    """Return whether all pictures are learned from, and nothing is made small but the error."""
    return settings.penalty == NO_PENALTY and not settings.normal_classes


@services.clearable_cache(8)
def _live(preview: Preview) -> Player:
    """Return a player of a network that learns to denoise or to squeeze; of one of the family, with its caption."""
    player = (live_noise_player if preview.settings.noisy else live_player)(preview)
    if family.member_of(preview.settings) is None:
        return player
    return replace(player, captions=[description_of(preview.settings)["caption"]] * len(player.positions))


_lesson = partial(Lesson, live=_live)
BOTTLENECK = _lesson(
    name="bottleneck",
    title="Bottleneck",
    fits=lambda settings: not settings.noisy and settings.network in WITH_BOTTLENECK and _is_plain(settings),
    form=bottleneck_form.FORM,
    pretrained=lambda: services.PRETRAINED,
    measure=compression.measure,
    live_start=3,  # of the sizes 1, 2, 4, 8, …
    runs="bottleneck",
    slider="size",
    replay="view",
    inside=True,
)
LATENT = replace(  # the same runs, seen from another side
    BOTTLENECK, name="latent", title="Latent space", replay=None, inside=False, unfolds=True
)
DENOISING = _lesson(
    name="denoising",
    title="Denoising",
    fits=lambda settings: settings.noisy and _is_plain(settings) and settings.network not in family.NETWORKS,
    form=denoising_form.FORM,
    pretrained=lambda: services.PRETRAINED_DENOISER,
    measure=denoising.measure,
    live_start=4,  # of the levels 0, 0.1, 0.2, …
    runs="denoising",
    slider="level",
    inside=True,
)
ANOMALIES = _lesson(
    name="anomalies",
    title="Anomalies",
    fits=lambda settings: bool(settings.normal_classes),
    form=anomalies_form.FORM,
    pretrained=lambda: services.PRETRAINED_REPAIR if anomalies_form.repairs() else services.PRETRAINED_ANOMALIES,
    choose_pretrained=anomalies_form.choose_pretrained,
    measure=anomalies.measure,
    live_start=3,  # of the levels 0, 0.1, 0.2, … or the sizes 1, 2, 4, …
    runs="anomalies",
)
FAMILY = _lesson(
    name="family",
    title="The family",
    fits=lambda settings: family.member_of(settings) is not None,
    form=family_form.FORM,
    pretrained=lambda: services.PRETRAINED_FAMILY[family_form.chosen_member()],
    measure=family.measure,
    live_start=0,
    runs="family",
    kind=family.member_of,
    inside=True,
)
LESSONS = (BOTTLENECK, LATENT, DENOISING, ANOMALIES, FAMILY)
