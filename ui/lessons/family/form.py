"""The form of the family: which member, what it makes small, and how it is trained."""

from collections.abc import Callable

import streamlit as st

from autoencoder.analysis.family import MEMBERS, settings_of
from autoencoder.training.settings import LARGEST_CODE, MOST_EPOCHS, NO_PENALTY, TrainingSettings
from ui.lessons.family.text import DESCRIPTIONS
from ui.training.fields import BATCHES, RATE_HELP, RATES, last_row
from ui.training.source_field import choose_source, said_source
from ui.uploads.session import choice_of, source_of
from ui.url.widgets import choose, levels, levels_value, pick, read_form, whole, widget_value

FIRST = "undercomplete"
WEIGHTS = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0)
WEIGHT_NAMES = {"sparse": "λ", "contractive": "λ", "variational": "β"}


def chosen_member() -> str:
    """The member that the form says: a key of MEMBERS."""
    member = widget_value("member", FIRST)
    return member if member in MEMBERS else FIRST


def family_form(buttons: Callable[[TrainingSettings], None]) -> TrainingSettings:
    """Widgets for the settings; returns what they say, validated.

    Args:
        buttons: Draws the buttons at the end of the form, which depend on what it says.
    """
    titles = {name: member.title for name, member in MEMBERS.items()}
    pictures, kind, size, weight, epochs = st.columns([3, 3, 2, 3, 2])
    with pictures:
        source = choose_source()
    with kind:
        member = choose("Member", "member", titles, FIRST)
    default = settings_of(member, source_of(source))
    with size:
        whole("Numbers", _key("size", default), default.bottleneck_size, 1, LARGEST_CODE, name="bottleneck_size")
    with weight:
        _choose_weight(member, default)
    with epochs:
        whole("Epochs", _key("epochs", default), default.epochs, 1, MOST_EPOCHS, name="epochs")
    _describe(member)
    index, folded_away = last_row()
    with folded_away:
        help = "Pictures between two steps."
        pick("Batch size", _key("batch", default), BATCHES, default.batch_size, help=help, name="batch_size")
        rate = default.learning_rate
        pick("Learning rate", _key("rate", default), RATES, rate, help=RATE_HELP, name="learning_rate")
        whole("Seed", "family_seed", 0, 0, 2**32 - 1, help="Another seed draws other first weights.", name="seed")
    settings = family_settings_now(default)
    with index:
        buttons(settings)
    return settings


def family_settings_now(drawn: TrainingSettings) -> TrainingSettings:
    """Return what the form says in the moment of a click.

    Args:
        drawn: What the form said when the button was drawn.
    """
    source = source_of(said_source(drawn.source))
    default = settings_of(chosen_member(), source)
    low, high = levels_value("family_levels", (default.noise_low, default.noise_high))
    fields = {"bottleneck_size": "size", "epochs": "epochs", "batch_size": "batch", "learning_rate": "rate"}
    keys = {name: _key(field, default) for name, field in fields.items()} | {"seed": "family_seed"}
    if default.penalty != NO_PENALTY:
        keys["penalty_weight"] = _key("weight", default)
    return read_form(default, keys, noise_low=low, noise_high=high)


def _key(field: str, default: TrainingSettings) -> str:
    """Each member has its own fields on each source, because what suits one does not suit another."""
    return f"family_{field}_{chosen_member()}_{choice_of(default.source)}"


def _choose_weight(member: str, default: TrainingSettings) -> None:
    if default.noisy:
        levels("family_levels", (default.noise_low, default.noise_high))
    elif default.penalty != NO_PENALTY:
        name = WEIGHT_NAMES[member]
        first, help = default.penalty_weight, "See the formula."
        pick(f"Weight {name}", _key("weight", default), WEIGHTS, first, help=help, name="penalty_weight")
    else:
        st.select_slider("Weight", ["none"], "none", disabled=True, key="family_no_weight")


def _describe(member: str) -> None:
    """What the member makes small, what that costs and what it buys."""
    about = DESCRIPTIONS[member]
    st.latex(about.formula)
    st.markdown(
        f"{about.meaning}  \n**Costs:** {about.costs}  \n**Buys:** {about.buys}  \n:small[Source: {about.source}]"
    )
