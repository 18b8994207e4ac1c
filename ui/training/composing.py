"""Compose a network: what the form says of a learner's own, what that costs, and why some cannot be trained."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import streamlit as st

from autoencoder.data.sources import get_source
from autoencoder.networks.architectures import FIRST_COMPOSITION
from autoencoder.networks.composition import MOST_PARAMETERS, Composition
from autoencoder.networks.plan import Plan, TooManyParameters
from autoencoder.training.run_state import RunState
from autoencoder.training.settings import TrainingSettings
from ui.components.bridge import turns_heard
from ui.components.composer.composer import answer, composed, composer
from ui.lessons.common.text import number_in_words
from ui.services.services import get_jobs, learner
from ui.url.codecs import Refusal, UrlCodec
from ui.url.state import in_address
from ui.words import read_texts

TEXTS = read_texts("training/composing.toml")
WORKED = "composition that worked"  # in the session
BYTES = 4  # of a parameter


def _read(text: str) -> str:
    try:
        return str(Composition.parse(text))
    except ValueError as error:
        why = str(error).removeprefix("Expected `composition` ").partition(". Received: ")[0]
        raise Refusal(f"{TEXTS['expected']}, and {why}") from error


CODEC = UrlCodec(str, _read, TEXTS["expected"])


def draw_composer(key: str, source: str) -> None:
    """Draw the composer of what `key` has in the session, for pictures of a source."""
    with in_address("composition", key, CODEC, FIRST_COMPOSITION):
        composition = Composition.parse(read_composer(key))
    shape = get_source(source).shape
    composer(composition, shape, TEXTS["words"], key=f"{key} composer", on_change=lambda: _take(key))


def read_composer(key: str) -> str:
    """Return what the composer says in the moment of a click, which may be an edit that Python is told of with it."""
    _take(key)
    return st.session_state.setdefault(key, FIRST_COMPOSITION)


def _take(key: str) -> None:
    """Put what the browser says into the session, once: later a link or a network that is shown may say otherwise."""
    place, taken = f"{key} composer", f"{key} taken"
    turn = turns_heard(place, "composition")
    if turn != st.session_state.get(taken, 0) and (found := composed(place)) is not None:
        st.session_state[key] = str(found)
    st.session_state[taken] = turn


def fitting(defaults: TrainingSettings, said: dict[str, Any]) -> TrainingSettings:
    """Return settings that say something else than the defaults.

    What was composed and does not work with these pictures gives way to what did before, or to what one begins with.
    """
    for composition in (said.get("composition", ""), st.session_state.get(WORKED, "")):
        try:
            return replace(defaults, **said | {"composition": composition})
        except ValueError:
            if "composition" not in said:
                raise
    return replace(defaults, **said | {"composition": ""})


def answer_composer(key: str, settings: TrainingSettings) -> None:
    """Have the composer say what the network of these settings costs, or what is wrong with what was composed.

    Then the page says what is trained instead.
    """
    wanted, problem, costs = st.session_state[key], "", []
    try:
        replace(settings, composition=wanted)
        st.session_state[WORKED] = wanted
        costs = costs_of(settings)
    except TooManyParameters as error:
        problem = TEXTS["too_large"].format(count=error.count, most=MOST_PARAMETERS)
        costs = size_of(error.plan, learned=Composition.parse(wanted).norm)
    except ValueError as error:
        problem = str(error).replace("`composition`", TEXTS["whose"])
    if problem:
        st.caption(TEXTS["instead"].format(instead=settings.composition))
    size, kind = settings.bottleneck_size, "ordered" if settings.ordered else "exact"
    answer(f"{key} composer", size, TEXTS["code"][kind].format(size=size), costs, problem)


def costs_of(settings: TrainingSettings) -> list[tuple[str, str]]:
    """Return what a network costs: names and values."""
    texts, norm = TEXTS["costs"], Composition.parse(settings.composition).norm
    seconds = number_in_words(get_jobs().seconds_per_epoch(settings))
    costs = [*size_of(settings.plan, learned=norm), (texts["epoch"], texts["seconds"].format(seconds=seconds))]
    return costs + [(texts["trained"], took) for took in _taken(settings)]


def size_of(plan: Plan, *, learned: bool) -> list[tuple[str, str]]:
    """Return how large a network is: names and values; `learned` where it has parameters that are not learned too."""
    texts, size = TEXTS["costs"], plan.code_size
    down, up, count = plan.encoder_parameters, plan.decoder_parameters, texts["learned" if learned else "parameters"]
    reads = [(texts["reads"], texts["kept"].format(size=size))] if plan.ordered else []
    ratio = texts["ratio"].format(pixels=plan.pixel_values, size=size, ratio=plan.pixel_values / size)
    return [
        (texts["encoder"], count.format(count=down)),
        *reads,
        (texts["decoder"], count.format(count=up)),
        (texts["together"], texts["bytes"].format(count=down + up, megabytes=BYTES * (down + up) / 1e6)),
        (texts["compression"], ratio),
    ]


def _taken(settings: TrainingSettings) -> Iterator[str]:
    """Yield how long it took where these settings were trained to their end here, and what was estimated before."""
    folder = get_jobs().alike(settings, learner())
    if folder and (now := get_jobs().snapshot(folder.path.name)).state is RunState.FINISHED:
        estimated = get_jobs().seconds_for(settings, unseen=True)
        yield TEXTS["costs"]["took"].format(seconds=now.seconds, estimated=estimated)
