"""Words of the glossary: networks, how they are trained, noise."""

from ui.glossary.terms import ANOMALIES, BOTTLENECK, DENOISING, IDEA, LATENT, Term

NETWORKS = (
    Term(
        "Autoencoder",
        "A neural network that is taught to give back what it is shown, through a narrow place or against another "
        "obstacle, so that it cannot simply copy.",
        IDEA,
    ),
    Term("Encoder", "The first half of an autoencoder: it turns a picture into its code.", IDEA),
    Term(
        "Decoder",
        "The second half of an autoencoder: it paints a picture from a code, and never sees the input.",
        IDEA,
    ),
    Term(
        "Bottleneck",
        "The narrowest place of an autoencoder. Its size is how many numbers get through for each picture.",
        BOTTLENECK,
    ),
    Term(
        "Code",
        "The few numbers that the encoder makes of a picture. They are all that the decoder is given.",
        LATENT,
        ("latent code",),
    ),
    Term(
        "Reconstruction",
        "The picture that the decoder paints from a code. It is like the input, and seldom equal to it.",
        BOTTLENECK,
        ("rebuilt picture",),
    ),
    Term(
        "Reconstruction error",
        "How far a reconstruction is from its input, as one number: the mean squared error where nothing else is said.",
        BOTTLENECK,
        ("error",),
    ),
    Term(
        "Difference map",
        "The reconstruction minus the input, pixel by pixel, in colors: black is no difference. Where it has a sign, "
        "blue is too dark and orange too light (of a digit: missing, made up); else, lighter is more.",
        BOTTLENECK,
    ),
    Term(
        "Pixel",
        "One of the small squares that a picture is made of. It has one value from 0 (black) to 1 (white), or three of "
        "them in a color picture.",
        IDEA,
        ("pixel value",),
    ),
    Term(
        "Neural network",
        "A long calculation with many adjustable numbers, the weights, in layers. Training sets the weights so that "
        "the results come close to what is wanted.",
        IDEA,
        ("network",),
    ),
    Term(
        "Lossy compression",
        "Writing something down in fewer numbers or bytes than it had, so that it comes back nearly, and not exactly, "
        "as it was.",
        IDEA,
        ("compression",),
        countable=False,
    ),
    Term(
        "Compression ratio",
        "How many numbers went in for each one that is kept: 784 pixel values as 8 numbers are 98 : 1. In bytes it is "
        "that only when each number of the code is rounded to one byte.",
        BOTTLENECK,
    ),
)

TRAINING = (
    Term(
        "Loss",
        "The one number that a training makes small, for example the mean squared error.",
        BOTTLENECK,
        ("loss function",),
    ),
    Term("Epoch", "One pass through all the training pictures.", BOTTLENECK),
    Term(
        "Batch",
        "The pictures that are looked at together before the weights are changed by one step. The batch size is how "
        "many these are.",
        BOTTLENECK,
        ("batch size",),
    ),
    Term(
        "Learning rate",
        "How large the steps are by which training changes the weights. Too small, and learning takes long; too large, "
        "and it never settles.",
        BOTTLENECK,
    ),
    Term(
        "Optimizer",
        "The rule by which training turns the slope of the loss into a step of the weights. Adam and Muon are two such "
        "rules.",
        ANOMALIES,
        ("optimizer", "Adam", "Muon"),
    ),
    Term(
        "Weights",
        "The adjustable numbers of a neural network. They begin at random, and training sets them.",
        IDEA,
        countable=False,
    ),
    Term("Training pictures", "The pictures that a network learns from.", BOTTLENECK, ("training picture",)),
    Term(
        "Validation pictures",
        "Pictures held out of the training, on which one sees while it runs whether what was learned also holds for "
        "others.",
        BOTTLENECK,
        ("validation picture", "validation loss", "held out", "held-out", "validation"),
    ),
    Term(
        "Test pictures",
        "Pictures that the network has not learned from and by which nothing was chosen. The figures of these pages "
        "are measured on them.",
        BOTTLENECK,
        ("test picture",),
    ),
    Term(
        "Overfitting",
        "Learning the training pictures by heart instead of what they have in common: the error on them goes on "
        "falling while that on other pictures rises.",
        BOTTLENECK,
        ("overfit", "overfitted"),
        countable=False,
    ),
    Term(
        "Seed",
        "A number from which all the random numbers of a training follow. The same seed draws the same ones again.",
        BOTTLENECK,
    ),
    Term(
        "Nested dropout",
        "A way to train one network for every bottleneck size: each picture keeps only the first few numbers of its "
        "code; how many is drawn anew each time.",
        BOTTLENECK,
        countable=False,
    ),
    Term(
        "Convolution",
        "A layer that slides the same small window of weights over the whole picture, so that it finds a stroke "
        "wherever it is.",
        DENOISING,
        ("convolutional",),
    ),
    Term(
        "Dense layer",
        "A layer in which every number that comes out depends on every number that goes in.",
        BOTTLENECK,
        ("dense network", "dense"),
    ),
    Term(
        "Augmentation",
        "Making few training pictures teach as much as many: each is shifted, turned and slanted a little, another way "
        "in every epoch. Pictures to judge on stay as they are.",
        BOTTLENECK,
        ("augmented",),
    ),
    Term(
        "MNIST",
        "70,000 handwritten digits of 28 × 28 pixels, collected in the 1990s, on which image networks are often tried "
        "first.",
        BOTTLENECK,
        countable=False,
    ),
    Term(
        "Keras",
        "The Python library in which the networks of this app are built and trained.",
        DENOISING,
        countable=False,
    ),
)

NOISE_WORDS = (
    Term(
        "Noise",
        "Random changes of a picture's pixels. Which, and how strong, is chosen on the page Denoising.",
        DENOISING,
        countable=False,
    ),
    Term(
        "Noise level",
        "How strong a noise is, from 0 to 1. For Gaussian noise it is the standard deviation of what is added to each "
        "pixel value.",
        DENOISING,
    ),
    Term(
        "Gaussian noise",
        "Noise that adds to every pixel value its own random number from a normal distribution.",
        DENOISING,
        countable=False,
    ),
    Term(
        "Denoising",
        "Taking noise out of a picture. A denoising autoencoder is shown noisy pictures and asked for the clean ones.",
        DENOISING,
        ("denoising autoencoder", "denoiser", "denoised"),
    ),
    Term(
        "Median filter",
        "A rule without learning: each pixel becomes the middle one of the values around it.",
        DENOISING,
    ),
)
