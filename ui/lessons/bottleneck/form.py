"""The form in which a learner says what to train on the pages Bottleneck and Latent space."""

from autoencoder.data.augmentation import AUGMENTATIONS, NO_AUGMENTATION
from autoencoder.networks.plan import NETWORKS
from autoencoder.training.settings import BOTTLENECKS, TrainingSettings
from ui.training import form
from ui.uploads.session import OWN, choice_of

EPOCHS = {"mnist": 10, "mnist_sample": 40, OWN: 30}
BATCH_SIZES = {"mnist": 128, "mnist_sample": 32, OWN: 32}  # few pictures need smaller batches to make as many steps
TITLES = {name: NETWORKS[name].title for name in form.WITH_BOTTLENECK}
NETWORK_HELP = "  \n".join(f"**{NETWORKS[name].title}**: {NETWORKS[name].about}" for name in TITLES)
MOVED = {NO_AUGMENTATION: "None", **AUGMENTATIONS}
MOVED_HELP = "Moved a little in every epoch, few pictures teach as much as many."
KINDS_HELP = f"**Every size**: {BOTTLENECKS['ordered']}.  \n**Exact size**: {BOTTLENECKS['exact']}."

FORM = form.Form(
    lambda source: TrainingSettings(
        source,
        "gated",
        epochs=EPOCHS.get(choice_of(source), 20),
        batch_size=BATCH_SIZES.get(choice_of(source), 64),
        augmentation="affine" if source == form.SAMPLE else NO_AUGMENTATION,  # few pictures teach as much as many
    ),
    rows=[
        [form.SourceField()],
        [form.Field("network", "Network", TITLES, help=NETWORK_HELP, former="dense")],
        [form.Composer("composition")],
        [form.Field("bottleneck", "Bottleneck", {"ordered": "Every size", "exact": "Exact size"}, help=KINDS_HELP)],
        [
            form.size_field(help="Numbers in the code."),
            form.epochs_field("epochs_{choice}", "How often the network sees every training picture."),
        ],
    ],
    more=[
        form.batch_field(key="batch_size_{choice}"),
        form.rate_field(key="learning_rate"),
        form.loss_field("loss"),
        form.Field("augmentation", "Augmentation", MOVED, "augmentation_{choice}", MOVED_HELP),
        form.seed_field("seed", "other first weights and another order"),
    ],
)
