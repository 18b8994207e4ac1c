"""The form of the family: which member, what it makes small, and how it is trained."""

from autoencoder.analysis.family import MEMBERS, member_of, settings_of
from autoencoder.training.settings import NO_NOISE, NO_PENALTY
from ui.training import form
from ui.url.codecs import one_of
from ui.url.state import in_address
from ui.url.widgets import widget_value

FIRST = "undercomplete"
WEIGHTS = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0)
WEIGHT_NAMES = {"sparse": "λ", "contractive": "λ", "variational": "β"}


def chosen_member() -> str:
    """Return the member that the form says, or the address before a link's run has its say: a key of MEMBERS."""
    with in_address("member", "member", one_of(MEMBERS), FIRST):
        member = widget_value("member", FIRST)
    return member if member in MEMBERS else FIRST


# Each member has its own fields on each source, because what suits one does not suit another.
TITLES = {member: member.capitalize() for member in MEMBERS}
FORM = form.Form(
    lambda source: settings_of(chosen_member(), source),
    rows=[
        [form.SourceField()],
        [form.Field("member", "Member", TITLES, default=lambda values: FIRST, value_of=member_of)],
        [
            form.size_field(label="Numbers", key="family_size_{member}_{choice}"),
            form.epochs_field("family_epochs_{member}_{choice}"),
        ],
        [form.Levels("family_levels", shown=lambda values: values["noise"] != NO_NOISE)],
        [
            form.Field(
                "penalty_weight",
                lambda values: f"Weight {WEIGHT_NAMES[values['member']]}",
                WEIGHTS,
                "family_weight_{member}_{choice}",
                "See the formula under *What it makes small*.",
                shown=lambda values: values["penalty"] != NO_PENALTY,
            )
        ],
    ],
    more=[
        form.batch_field(key="family_batch_{member}_{choice}", help="Pictures between two steps."),
        form.rate_field(key="family_rate_{member}_{choice}"),
        form.seed_field("family_seed"),
    ],
)
