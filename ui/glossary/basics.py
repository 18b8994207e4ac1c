"""Words of the glossary: networks, how they are trained, noise."""

from ui.glossary.terms import ANOMALIES, BOTTLENECK, DENOISING, IDEA, LATENT, Term

NETWORKS = (
    Term(
        "Autoencoder",
        "A neural network trained to reproduce its input. A bottleneck, or another obstacle, keeps it from simply "
        "copying.",
        IDEA,
    ),
    Term("Encoder", "The first half of an autoencoder. It turns a picture into a code.", IDEA),
    Term(
        "Decoder",
        "The second half of an autoencoder. It paints a picture from a code and never sees the input.",
        IDEA,
    ),
    Term(
        "Bottleneck",
        "The narrowest layer of an autoencoder. Its size is how many numbers get through for each picture.",
        BOTTLENECK,
    ),
    Term(
        "Code",
        "The few numbers that the encoder turns a picture into. They are all that the decoder sees.",
        LATENT,
        ("latent code",),
    ),
    Term(
        "Reconstruction",
        "The picture that the decoder paints from a code: like the input, but rarely equal to it.",
        BOTTLENECK,
        ("rebuilt picture",),
    ),
    Term(
        "Reconstruction error",
        "How far a reconstruction is from its input, as one number: the mean squared error unless another is named.",
        BOTTLENECK,
        ("error",),
    ),
    Term(
        "Difference map",
        "The reconstruction minus the input, pixel by pixel, in colors. Black is no difference. With signs, blue is "
        "too dark and orange is too light. Without signs, lighter is larger.",
        BOTTLENECK,
    ),
    Term(
        "Pixel",
        "One of the small squares that make up a picture. It has one value from 0 (black) to 1 (white), or three in a "
        "color picture.",
        IDEA,
        ("pixel value",),
    ),
    Term(
        "Neural network",
        "A calculation in layers with many adjustable numbers, the weights. Training adjusts them until the results "
        "come close to what is wanted.",
        IDEA,
        ("network",),
    ),
    Term(
        "Lossy compression",
        "Storing something in fewer numbers or bytes. It comes back nearly as it was, but not exactly.",
        IDEA,
        ("compression",),
        countable=False,
    ),
    Term(
        "Compression ratio",
        "How many numbers go in for each one that is kept. 784 pixel values as 8 numbers are 98 : 1. In bytes the "
        "ratio is the same only if each number takes one byte.",
        BOTTLENECK,
    ),
)

TRAINING = (
    Term(
        "Loss",
        "The number that training minimizes, for example the mean squared error.",
        BOTTLENECK,
        ("loss function",),
    ),
    Term("Epoch", "One pass through all the training pictures.", BOTTLENECK),
    Term(
        "Batch",
        "The pictures that are processed together for one update of the weights. The batch size is how many they are.",
        BOTTLENECK,
        ("batch size",),
    ),
    Term(
        "Learning rate",
        "How large the steps are by which training changes the weights. With small steps, learning takes long. With "
        "large ones, it may never settle.",
        BOTTLENECK,
    ),
    Term(
        "Optimizer",
        "The rule that turns the gradient of the loss into an update of the weights. Adam and Muon are two such rules.",
        ANOMALIES,
        ("optimizer", "Adam", "Muon"),
    ),
    Term(
        "Weights",
        "The adjustable numbers of a neural network. They start out random, and training sets them.",
        IDEA,
        countable=False,
    ),
    Term("Training pictures", "The pictures that a network learns from.", BOTTLENECK, ("training picture",)),
    Term(
        "Validation pictures",
        "Pictures held out of training. While it runs, they show whether what was learned holds for other pictures.",
        BOTTLENECK,
        ("validation picture", "validation loss", "held out", "held-out", "validation"),
    ),
    Term(
        "Test pictures",
        "Pictures that the network never learned from. No setting was chosen by them either. The figures on these "
        "pages are measured on them.",
        BOTTLENECK,
        ("test picture",),
    ),
    Term(
        "Overfitting",
        "Memorizing the training pictures instead of learning what they have in common. Their error keeps falling, "
        "while the error on other pictures rises.",
        BOTTLENECK,
        ("overfit", "overfitted"),
        countable=False,
    ),
    Term(
        "Seed",
        "The number from which all random numbers of a training follow. The same seed gives the same ones again.",
        BOTTLENECK,
    ),
    Term(
        "Nested dropout",
        "A way to train one network for every bottleneck size. Each time, only the first few numbers of a code are "
        "kept. How many is random.",
        BOTTLENECK,
        countable=False,
    ),
    Term(
        "Convolution",
        "A layer that slides the same small window of weights over the picture. So it finds a stroke wherever it is.",
        DENOISING,
        ("convolutional",),
    ),
    Term(
        "Dense layer",
        "A layer in which every output depends on every input.",
        BOTTLENECK,
        ("dense network", "dense"),
    ),
    Term(
        "Augmentation",
        "Making a small training set go further. In every epoch, each picture is shifted, turned and slanted a little "
        "differently. Validation and test pictures stay as they are.",
        BOTTLENECK,
        ("augmented",),
    ),
    Term(
        "MNIST",
        "70,000 handwritten digits of 28 × 28 pixels, collected in the 1990s. Image networks are often tested on them "
        "first.",
        BOTTLENECK,
        countable=False,
    ),
    Term(
        "Keras",
        "The Python library in which this app builds and trains its networks.",
        DENOISING,
        countable=False,
    ),
)

NOISE_WORDS = (
    Term(
        "Noise",
        "Random changes to a picture's pixels. The page Denoising lets you choose the kind and the strength.",
        DENOISING,
        countable=False,
    ),
    Term(
        "Noise level",
        "How strong the noise is, from 0 to 1. For Gaussian noise it is the standard deviation of what is added.",
        DENOISING,
    ),
    Term(
        "Gaussian noise",
        "Noise that adds a random number from a normal distribution to every pixel value.",
        DENOISING,
        countable=False,
    ),
    Term(
        "Denoising",
        "Removing noise from a picture. A denoising autoencoder is trained on noisy pictures with the clean ones as "
        "targets.",
        DENOISING,
        ("denoising autoencoder", "denoiser", "denoised"),
    ),
    Term(
        "Median filter",
        "A classic filter without learning. Each pixel becomes the median of the values around it.",
        DENOISING,
    ),
)
