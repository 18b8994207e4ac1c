"""Words of the glossary: what is measured, codes, finding anomalies, kinds of autoencoders."""

from ui.glossary.terms import ANOMALIES, BOTTLENECK, DENOISING, FAMILY, LATENT, Term

MEASURES = (
    Term(
        "Mean squared error",
        "Subtract two pictures pixel by pixel, square the differences and take their mean. With values from 0 to 1 it "
        "is 0 for equal pictures and at most 1.",
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
        "A loss that treats each pixel from 0 to 1 as a probability. It punishes confident mistakes more than the "
        "squared error does.",
        DENOISING,
        countable=False,
    ),
    Term(
        "PSNR",
        "Peak signal-to-noise ratio: the mean squared error in decibels (dB), −10 · log₁₀ of it. Higher is better. "
        "10 dB more is a tenth of the error.",
        DENOISING,
        ("peak signal-to-noise ratio", "dB", "decibel"),
        countable=False,
    ),
    Term(
        "SSIM",
        "Structural similarity: how alike two pictures are in brightness, contrast and structure. They are compared "
        "window by window. 1 means identical.",
        DENOISING,
        ("structural similarity",),
        countable=False,
    ),
    Term(
        "PCA",
        "Principal component analysis: the directions in which pictures differ most. Keeping only the first few is "
        "the best linear compression by squared error.",
        BOTTLENECK,
        ("principal component analysis", "principal component", "principal components"),
        countable=False,
    ),
    Term(
        "Linear",
        "Made only of multiplying by fixed numbers and adding. Doubling a change of the input doubles the change of "
        "the output.",
        FAMILY,
        ("linear autoencoder", "linear map", "linear maps"),
        {"member": "linear"},
        countable=False,
    ),
    Term(
        "Quantization",
        "Rounding numbers to a few steps so that they need few bits. Here each number of a code becomes one byte.",
        BOTTLENECK,
        ("quantization", "quantized"),
        countable=False,
    ),
    Term(
        "Rate-distortion",
        "The trade-off of every lossy compression. The rate is how many bytes it takes. The distortion is how far the "
        "result is from the original.",
        BOTTLENECK,
        ("rate–distortion", "rate-distortion curve", "rate and distortion"),
        countable=False,
    ),
    Term(
        "JPEG",
        "The usual file format for photos. People designed its lossy compression for all pictures. It drops fine "
        "detail that eyes hardly notice.",
        BOTTLENECK,
        countable=False,
    ),
    Term("WebP", "A newer picture format than JPEG that mostly needs fewer bytes for the same quality.", BOTTLENECK),
)

CODES = (
    Term(
        "Latent space",
        "The space of all possible codes. Each number of the code is one direction, so every code is a point.",
        LATENT,
        ("code space", "space of the codes"),
    ),
    Term(
        "t-SNE",
        "A way to draw points with many dimensions on a plane so that near neighbors stay near. How far apart groups "
        "lie means nothing.",
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
        "The bell curve. Values near the mean are likely, values far from it are rare. The standard one has mean 0 "
        "and variance 1.",
        LATENT,
        ("standard normal", "Gaussian distribution"),
    ),
)

DETECTION = (
    Term(
        "Anomaly",
        "Something that differs from the usual. Here: a picture that is not of the classes called normal.",
        ANOMALIES,
    ),
    Term(
        "Anomaly score",
        "One number per picture that says how badly it was rebuilt. Higher is more abnormal.",
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
        "A normal picture that is called abnormal: a false positive.",
        ANOMALIES,
        ("false positive",),
    ),
    Term(
        "Precision",
        "The share of alarms that are right. Where abnormal pictures are rarer than in these tests, it is lower.",
        ANOMALIES,
        countable=False,
    ),
    Term(
        "Recall",
        "The share of abnormal pictures that are found.",
        ANOMALIES,
        countable=False,
    ),
    Term(
        "Confusion matrix",
        "Four counts: abnormal pictures found and missed, normal pictures passed and called abnormal.",
        ANOMALIES,
        ("confusion matrices",),
        countable=False,
    ),
    Term(
        "ROC curve",
        "Recall against the false positive rate, for every threshold. The closer it comes to the upper left corner, "
        "the better.",
        ANOMALIES,
    ),
    Term(
        "AUROC",
        "The area under the ROC curve: the chance that an abnormal picture scores higher than a normal one. 0.5 is "
        "guessing, 1 is perfect.",
        ANOMALIES,
        ("area under the ROC curve",),
        countable=False,
    ),
    Term(
        "Average precision",
        "The precision at every abnormal picture, from the highest score down, and the mean of these. Guessing gives "
        "the share of abnormal pictures.",
        ANOMALIES,
        countable=False,
    ),
)

KINDS = (
    Term(
        "Undercomplete",
        "Of an autoencoder: its code has fewer numbers than the picture has values. That alone keeps it from copying.",
        FAMILY,
        parameters={"member": "undercomplete"},
        countable=False,
    ),
    Term(
        "Sparse",
        "Of a code: most of its numbers are 0. A sparse autoencoder is penalized for every number that is not.",
        FAMILY,
        ("sparse autoencoder", "sparse autoencoders"),
        {"member": "sparse"},
        countable=False,
    ),
    Term(
        "Contractive",
        "Of an autoencoder: it is also trained to keep its code steady when the pixels change a little.",
        FAMILY,
        ("contractive autoencoder", "contractive autoencoders"),
        {"member": "contractive"},
        countable=False,
    ),
    Term(
        "Variational",
        "Of an autoencoder: each picture gets a small cloud of codes instead of one. All clouds together should fill "
        "a normal distribution. So a random code decodes to something meaningful.",
        FAMILY,
        ("variational autoencoder", "variational autoencoders", "VAE"),
        {"member": "variational"},
        countable=False,
    ),
    Term(
        "KL divergence",
        "Kullback-Leibler divergence: how much one probability distribution differs from another. It is 0 if they are "
        "equal.",
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
