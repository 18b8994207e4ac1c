"""Words of the glossary: what is measured, codes, finding anomalies, kinds of autoencoders."""

from ui.glossary.terms import ANOMALIES, BOTTLENECK, DENOISING, FAMILY, LATENT, Term

MEASURES = (
    Term(
        "Mean squared error",
        "Subtract two pictures pixel by pixel, square each difference, and take the mean. With values from 0 to 1, it "
        "is 0 for equal pictures and 1 at most.",
        BOTTLENECK,
        ("squared error", "MSE", "mean squared"),
    ),
    Term(
        "Mean absolute error",
        "Subtract two pictures pixel by pixel and take the mean of the differences without their signs.",
        ANOMALIES,
        ("absolute error",),
    ),
    Term(
        "Binary cross-entropy",
        "A loss that takes each pixel from 0 to 1 for a probability. To be sure of the wrong value costs more than "
        "with the squared error.",
        DENOISING,
        countable=False,
    ),
    Term(
        "PSNR",
        "Peak signal-to-noise ratio: the mean squared error on a scale of decibels (dB), −10 · log₁₀ of it. Higher is "
        "better; 10 dB more is a tenth of the error.",
        DENOISING,
        ("peak signal-to-noise ratio", "dB", "decibel"),
        countable=False,
    ),
    Term(
        "SSIM",
        "Structural similarity: how alike two pictures are in brightness, contrast and structure, window by window. 1 "
        "is the same picture.",
        DENOISING,
        ("structural similarity",),
        countable=False,
    ),
    Term(
        "PCA",
        "Principal component analysis: the directions in which pictures differ most. Keeping the first few is the best "
        "linear compression by squared error.",
        BOTTLENECK,
        ("principal component analysis", "principal component", "principal components"),
        countable=False,
    ),
    Term(
        "Linear",
        "Made of nothing but multiplying by fixed numbers and adding up. Twice the change of the input is then twice "
        "the change of the output.",
        FAMILY,
        ("linear autoencoder", "linear map", "linear maps"),
        {"member": "linear"},
        countable=False,
    ),
    Term(
        "Quantization",
        "Rounding numbers to a few steps, so that they can be stored in few bits: here, each number of a code to one "
        "byte.",
        BOTTLENECK,
        ("quantization", "quantized"),
        countable=False,
    ),
    Term(
        "Rate-distortion",
        "What every lossy compression trades: the rate is how many bytes it takes, the distortion how far the result "
        "is from the original.",
        BOTTLENECK,
        ("rate–distortion", "rate-distortion curve", "rate and distortion"),
        countable=False,
    ),
    Term(
        "JPEG",
        "The usual file for photos. Its lossy compression was designed by people for all pictures: it drops fine "
        "detail that eyes hardly notice.",
        BOTTLENECK,
        countable=False,
    ),
    Term(
        "WebP", "A file for pictures, later than JPEG, that mostly needs fewer bytes for the same quality.", BOTTLENECK
    ),
)

CODES = (
    Term(
        "Latent space",
        "All codes that there could be. Each number of the code is one direction of it, so every code is a point.",
        LATENT,
        ("code space", "space of the codes"),
    ),
    Term(
        "t-SNE",
        "A way to draw points of many directions on a plane so that near neighbors stay near. How far groups lie "
        "apart on it means nothing.",
        LATENT,
        countable=False,
    ),
    Term(
        "Variance",
        "How far numbers are spread: the mean of their squared distances from their mean.",
        LATENT,
        countable=False,
    ),
    Term(
        "Normal distribution",
        "The bell curve: values near the mean are likely, those far from it rare. The standard one has mean 0 and "
        "variance 1.",
        LATENT,
        ("standard normal", "Gaussian distribution"),
    ),
)

DETECTION = (
    Term(
        "Anomaly",
        "Something that is not like what is usual. Here: a picture that is not of the classes called normal.",
        ANOMALIES,
    ),
    Term(
        "Anomaly score",
        "One number for each picture that says how badly it was rebuilt. Higher is more abnormal.",
        ANOMALIES,
        ("score",),
    ),
    Term(
        "Threshold",
        "The score above which a picture is called abnormal.",
        ANOMALIES,
    ),
    Term(
        "False alarm",
        "A normal picture that was called abnormal.",
        ANOMALIES,
        ("false positive",),
    ),
    Term(
        "Precision",
        "The share of the alarms that were right. It depends on how many pictures are abnormal: where they are rarer "
        "than in these tests, it is lower.",
        ANOMALIES,
        countable=False,
    ),
    Term(
        "Recall",
        "The share of the abnormal pictures that were found.",
        ANOMALIES,
        countable=False,
    ),
    Term(
        "Confusion matrix",
        "Four counts: abnormal pictures that were found and missed, normal ones that were left in peace and called "
        "abnormal.",
        ANOMALIES,
        ("confusion matrices",),
        countable=False,
    ),
    Term(
        "ROC curve",
        "For every threshold, the recall against the share of normal pictures that are called abnormal. The closer it "
        "comes to the upper left corner, the better.",
        ANOMALIES,
    ),
    Term(
        "AUROC",
        "The area under the ROC curve: how often an abnormal picture scores higher than a normal one. 0.5 is guessing; "
        "at 1 every abnormal one scores higher than every normal one.",
        ANOMALIES,
        ("area under the ROC curve",),
        countable=False,
    ),
    Term(
        "Average precision",
        "The mean of the precision at every abnormal picture, from the highest score down. Guessing gives the share of "
        "abnormal pictures.",
        ANOMALIES,
        countable=False,
    ),
)

KINDS = (
    Term(
        "Undercomplete",
        "Of an autoencoder: its code has fewer numbers than the picture has values, and that alone keeps it from "
        "copying.",
        FAMILY,
        parameters={"member": "undercomplete"},
        countable=False,
    ),
    Term(
        "Sparse",
        "Of a code: most of its numbers are 0. A sparse autoencoder pays for every number that is not.",
        FAMILY,
        ("sparse autoencoder", "sparse autoencoders"),
        {"member": "sparse"},
        countable=False,
    ),
    Term(
        "Contractive",
        "Of an autoencoder: it is also taught that its code shall hardly move when the pixels move a little.",
        FAMILY,
        ("contractive autoencoder", "contractive autoencoders"),
        {"member": "contractive"},
        countable=False,
    ),
    Term(
        "Variational",
        "Of an autoencoder: each picture gets a small cloud of codes instead of one, and all clouds together shall "
        "fill a normal distribution. So a code drawn at random has a meaning.",
        FAMILY,
        ("variational autoencoder", "variational autoencoders", "VAE"),
        {"member": "variational"},
        countable=False,
    ),
    Term(
        "KL divergence",
        "Kullback-Leibler divergence: how much one probability distribution differs from another. It is 0 where they "
        "are the same.",
        FAMILY,
        ("Kullback-Leibler divergence",),
        {"member": "variational"},
    ),
    Term(
        "Jacobian",
        "The table of how much each number of the code changes with each pixel.",
        FAMILY,
        parameters={"member": "contractive"},
    ),
)
