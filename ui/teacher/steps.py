"""The lesson of 45 minutes. Every figure is of the networks that come with the app, as `make assets` worked it out."""

import json

from autoencoder.analysis.lesson_figures import FILE
from ui.teacher.plan import IDEA, Step, Task

F = json.loads(FILE.read_text("utf-8"))
READ, ERROR, PCA_ERROR, ACCEPTING = F["read"], F["error"], F["pca_error"], F["accepting"]
BY_DIGIT = F["percent_read_from_one_number"]
NAMES = ("zeros", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines")
EASIEST, HARDEST = BY_DIGIT.index(max(BY_DIGIT)), BY_DIGIT.index(min(BY_DIGIT))

STEPS = (
    Step(
        4,
        "A picture through eight numbers",
        IDEA,
        {"size": "8"},
        "The page opens with the slider at 8. Point down one column: what went in, what came out, and the difference.",
        "Each picture above has 784 pixel values. The one below it was painted from only 8 numbers. What must "
        "the painter already know for that to work?",
        f"What digits look like; it learned that from {F['training_digits']:,} others. What comes back is close but "
        "never the same: lossy compression that nobody designed. A rule that takes a picture for the training digit "
        f"closest to it reads {READ['8']} of the {F['test_digits']:,} rebuilt test digits right, and "
        f"{F['read_of_originals']} of the originals.",
        "“The 8 numbers are 8 of the pixels.” No: each one says something about the whole picture. Change one "
        f"alone, and at least {F['pixels_moved_at_least']} pixels change by more than a tenth of the way from black to "
        "white.",
        hide="",
    ),
    Step(
        5,
        "Squeeze harder",
        "bottleneck",
        {"size": "1"},
        "Let them predict first. Then slide slowly from 1 to 2, 4, 8 and 16.",
        "One number for each picture: which digits can still be told apart, and which become the same?",
        f"With 1 number, {READ['1']} of the {F['test_digits']:,} are still read as what they were: "
        f"{BY_DIGIT[EASIEST]:.0f} % of the {NAMES[EASIEST]}, but {BY_DIGIT[HARDEST]:.0f} % of the {NAMES[HARDEST]}. "
        f"With 2 it is {READ['2']}, with 4 {READ['4']}, with 8 {READ['8']}, with 16 {READ['16']}. The differences that "
        "matter most across all digits get through first; what is peculiar to one comes last or never.",
        "“Blurred means that the network is bad.” It was trained for a small mean squared error. Where it cannot "
        "know which of several pictures it was, their average is the best answer.",
    ),
    Step(
        5,
        "Learned or computed: PCA",
        "bottleneck",
        {"size": "8"},
        "Scroll to the chart of the errors. Drag its marker from left to right along both lines.",
        "PCA is the best linear compression, computed directly from the same pictures. Where is the network "
        "ahead, where is it not, and why?",
        f"With 8 numbers the network's error is {ERROR['8']:.4f} and PCA's {PCA_ERROR['8']:.4f}. PCA needs "
        f"{F['pca_needs_for_8']} numbers to do as well. The network is ahead at every size, but the lead shrinks: with "
        f"64 numbers it is {ERROR['64']:.4f} against {PCA_ERROR['64']:.4f}. Enough straight directions "
        "can hold nearly everything.",
        "“A neural network is always better.” It is when there is little room. With enough room PCA does nearly as "
        "well, and takes a second to compute.",
    ),
    Step(
        4,
        "Against JPEG and WebP",
        "bottleneck",
        {"size": "8", "rates": "yes"},
        "The comparison takes a few seconds. Show the chart, then the table, then the rows of bananas below.",
        "The code beats WebP. Would you give up JPEG for it?",
        f"With 8 bytes a picture the code reaches {F['psnr_of_8_bytes']:.1f} dB. {F['best_codec']} needs "
        f"{F['best_codec_bytes']:.0f} bytes for that, {F['best_codec_bytes'] / 8:.1f} times as many, counted in the "
        f"way that favors it most. But the decoder of {F['decoder_bytes'] / 1e6:.1f} MB is in none of these bytes; "
        f"and of gray bananas, which it never learned, 64 bytes bring back {F['banana_psnr_of_64_bytes']:.1f} dB, "
        f"where WebP at its smallest gives {F['banana_smallest_webp_psnr']:.1f} dB with "
        f"{F['banana_smallest_webp_bytes']:.0f} bytes.",
        "“Learned compression is simply better.” It is better on pictures like those it learned from, and only for "
        "those who have the decoder.",
    ),
    Step(
        3,
        "It knows digits and nothing else",
        "bottleneck",
        {"size": "64"},
        "Open “Try a picture of your own” and drop a photo there: a face, a hand, a word on paper (turn on Invert).",
        "All 64 numbers get through now. What will it make of your photo?",
        f"Something made of strokes. Of {F['bananas']} bananas in gray, {F['bananas_closer_to_a_digit']} "
        "came back closer to a training digit than to the banana that was shown, and the error was "
        f"{F['banana_error_times']:.0f} times that of digits. It cannot paint what it never learned.",
    ),
    Step(
        5,
        "The space of codes",
        "latent",
        {"numbers": "2"},
        "Each point is one test picture, placed by the two numbers of its code. Move the pointer over points, then "
        "over the gaps between them.",
        "Nobody told the network which digit is which. Why do points of the same color lie together?",
        f"Pictures that look alike get codes that are alike. The nearest neighbor of {F['neighbors_alike']} of the "
        f"{F['points']:,} points is the same digit (one in ten would be chance), though the training had no labels.",
        "“It has found out what the digits are.” The colors are ours, from the labels of the test pictures. The "
        "network never saw those labels.",
    ),
    Step(
        4,
        "A walk between two pictures",
        "latent",
        {"numbers": "2", "section": "walk", "step": "20"},
        "Scroll to the walk. It starts in the middle; slide to both ends and back.",
        "Above, the code goes from A to B. Below, one picture fades into the other. What is different halfway?",
        "Below, two digits lie on top of each other. Above is one picture that could be a digit. Of the "
        f"{F['pairs']} pairs of the first 0 to 9, the decoded middle is closer to a real digit than the faded one in "
        f"{F['middles_closer_to_a_digit']}.",
    ),
    Step(
        6,
        "Only ripe bananas",
        "anomalies",
        {"pictures": "mixed"},
        "Cover the lower rows with your hand, or scroll so that only the inputs are seen. Then go down row by row, "
        "and to “One picture, large”.",
        "This network was shown ripe bananas with random stains and had to paint them without. What will it paint "
        "when it sees a rotten one?",
        f"A ripe one: it has learned to paint over what does not belong there. {F['rotten_closer_to_their_twin']} of "
        f"the {F['rotten']} rotten test bananas come back closer to their ripe twin than they were; the squared error "
        f"to it falls to {100 * F['share_of_damage_left']:.0f} %. Subtract, and the rot lights up: on the maps, a "
        f"rotten pixel is brighter than a sound one {1000 * F['pixel_auroc']:.0f} times in 1,000.",
        "“It has learned what rot looks like.” It has never seen any, only ripe bananas with random stains "
        "to paint over.",
    ),
    Step(
        4,
        "Where is the threshold?",
        "anomalies",
        {"score": "absolute", "false_alarms": "0"},
        "Now with the absolute error, where the two groups overlap. Drag the line between them, and set the false "
        "alarms accepted to 5 % and to 50 %.",
        "You sort bananas for a shop. What does a missed rotten one cost, and what a false alarm? So where do you put "
        "the threshold?",
        "There is no right place, only a price. Accepting no false alarm among the held-out ripe ones finds "
        f"{ACCEPTING['0']['found']} of the {F['rotten']} rotten bananas; accepting 5 % finds "
        f"{ACCEPTING['0.05']['found']}; accepting half finds {ACCEPTING['0.5']['found']}, and calls "
        f"{ACCEPTING['0.5']['false_positives']} of the 500 ripe ones rotten. “Strongest differences” finds "
        f"{F['accepting_none_by_strongest']['found']} with {F['accepting_none_by_strongest']['false_positives']} false "
        "alarms: how you measure matters more than where you draw the line.",
        f"“AUROC {F['absolute_auroc']:.3f} means that it is hardly ever wrong.” It says how well the two groups "
        "separate; how often it is wrong depends on the threshold.",
        hide="settings",
    ),
    Step(
        5,
        "Removing noise",
        "denoising",
        {"level": "0.4"},
        "Slide from 0.4 to 1, then back to 0. Then choose “Gray patch” as the noise on these pictures.",
        "At level 1 you can hardly read the noisy row. Is what the network paints there true?",
        f"At 0.4 it takes the {F['test_digits']:,} test pictures from {F['noisy_psnr']:.1f} to "
        f"{F['denoised_psnr']:.1f} dB: the squared error becomes {F['error_times_smaller']:.0f} times smaller. At 1 it "
        f"still paints clean digits, but {F['misread_at_most_noise']} of {F['test_digits']:,} are then read as another "
        "digit: it paints what is likely. Without noise it does not quite return what it got "
        f"({F['psnr_without_noise']:.1f} dB), and a gray patch, which it was never trained on, stays: at 0.5, "
        f"{F['patched_psnr']:.1f} dB before and {F['repaired_psnr']:.1f} dB after.",
        "“It brings back what the noise has hidden.” What is lost is lost; it paints what is usually there.",
    ),
)

HOMEWORK = (
    Task(
        "**One size or every size.** Train a network for exactly 8 numbers on the MNIST sample, and compare it with "
        "the one that serves every size. What does serving every size cost?",
        "bottleneck",
        {"source": "mnist_sample", "bottleneck": "exact", "bottleneck_size": "8"},
    ),
    Task(
        "**PCA in disguise.** Look at the linear autoencoder. How large is the angle between what it learned and PCA's "
        "plane, and why can it not be better than PCA on the training pictures?",
        "family",
        {"member": "linear"},
    ),
    Task(
        "**New digits.** Which member of the family paints the best digits from random codes? Compare the figures, "
        "then read what each was trained for. Blur scores well too: what do the figures miss?",
        "family",
        {"member": "variational"},
    ),
    Task(
        "**Your own anomaly.** Take 20 photos of one thing and five of something else, sort them into two classes, "
        "and call the first one normal.",
        "pictures",
    ),
)
