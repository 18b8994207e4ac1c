"""The lesson of 45 minutes, and what its page says besides.

Every figure is of the networks that come with the app, as `make assets` worked it out.
"""

import json

from autoencoder.analysis.lesson_figures import FILE
from ui.teacher.plan import IDEA, Step

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
        "Point down one column: the input, the reconstruction and the difference.",
        "Each reconstruction was painted from 8 numbers alone. What must the painter know already?",
        f"What digits look like. It learned that from {F['training_digits']:,} other digits. What comes back is close, "
        "but never the same: this compression is lossy. To measure that, a simple reader takes each picture for the "
        f"training digit closest to it. It reads {READ['8']} of the {F['test_digits']:,} rebuilt test digits right, "
        f"and {F['read_of_originals']} of the originals.",
        "“The 8 numbers are 8 of the pixels.” No: each one says something about the whole picture. Change one alone, "
        f"and at least {F['pixels_moved_at_least']} pixels change by more than a tenth of their range.",
        hide="",
    ),
    Step(
        5,
        "Squeeze harder",
        "bottleneck",
        {"size": "1"},
        "Let the class predict first. Then slide slowly from 1 to 2, 4, 8 and 16.",
        "One number for each picture: which digits can you still tell apart?",
        f"With 1 number, the reader of step 1 gets {READ['1']} of {F['test_digits']:,} right. It reads "
        f"{BY_DIGIT[EASIEST]:.0f} % of the {NAMES[EASIEST]} right, but {BY_DIGIT[HARDEST]:.0f} % of the "
        f"{NAMES[HARDEST]}. With 2 numbers it gets {READ['2']}, with 4 {READ['4']}, with 8 {READ['8']}, and with 16 "
        f"{READ['16']}. The first numbers carry the differences that matter for most digits. What is special to one "
        "digit comes last, or never.",
        "“Blurred means that the network is bad.” It was trained for a small mean squared error. Where several "
        "pictures are possible, their average has the smallest one.",
    ),
    Step(
        4,
        "Learned or computed: PCA",
        "bottleneck",
        {"size": "8", "tab": "error"},
        "The chart has the error of every size. Drag its marker along both lines.",
        "PCA is the best linear compression. Where is the network ahead of it, and why?",
        f"With 8 numbers the network's error is {ERROR['8']:.4f}, and PCA's is {PCA_ERROR['8']:.4f}. PCA needs "
        f"{F['pca_needs_for_8']} numbers to do as well. The network is ahead at {F['sizes_ahead_of_pca']} of the 64 "
        f"sizes, but the lead shrinks. With 64 numbers it is {ERROR['64']:.4f} against {PCA_ERROR['64']:.4f}. With so "
        "many straight directions, PCA can keep nearly everything.",
        "“A neural network is always better.” It is better where there is little room. With enough room, PCA does "
        "nearly as well, and takes a second to compute.",
    ),
    Step(
        4,
        "Against JPEG and WebP",
        "bottleneck",
        {"size": "8", "tab": "rates"},
        "The comparison takes a few seconds. Show the chart, then the table, then the bananas below.",
        "Here the code beats WebP. Would you give up JPEG for it?",
        f"With 8 bytes a picture, the code reaches {F['psnr_of_8_bytes']:.1f} dB. {F['best_codec']} needs "
        f"{F['best_codec_bytes']:.0f} bytes for that, {F['best_codec_bytes'] / 8:.1f} times as many. The bytes are "
        f"counted in the way that favors {F['best_codec']} most. But the decoder of {F['decoder_bytes'] / 1e6:.1f} MB "
        "is in none of these bytes. And it never learned bananas: for gray ones, 64 bytes give "
        f"{F['banana_psnr_of_64_bytes']:.1f} dB. WebP at its smallest gives {F['banana_smallest_webp_psnr']:.1f} dB "
        f"with {F['banana_smallest_webp_bytes']:.0f} bytes.",
        "“Learned compression is simply better.” It is better on pictures like those that it learned from. And the "
        "receiver needs the decoder.",
    ),
    Step(
        3,
        "It knows digits and nothing else",
        "bottleneck",
        {"size": "64", "tab": "own"},
        "Drop a photo: a face, a hand or a word on paper. Turn on *Invert* if it is mostly light.",
        "All 64 numbers get through now. What will the network make of this photo?",
        f"Something made of strokes: it cannot paint what it never learned. Of {F['bananas']} gray bananas, "
        f"{F['bananas_closer_to_a_digit']} came back closer to a training digit than to themselves. Their error was "
        f"{F['banana_error_times']:.0f} times that of digits.",
    ),
    Step(
        5,
        "The space of codes",
        "latent",
        {"numbers": "2"},
        "Each point is one test picture. The two numbers of its code say where it is. Move the pointer over the "
        "points, then between them.",
        "Nobody told the network which digit is which. Why do points of one color lie together?",
        f"Pictures that look alike get similar codes. For {F['neighbors_alike']} of the {F['points']:,} points, the "
        "nearest neighbor is the same digit. By chance it would be one in ten.",
        "“It has found out what the digits are.” The colors come from the labels of the test pictures. The network "
        "never saw any labels.",
    ),
    Step(
        4,
        "A walk between two pictures",
        "latent",
        {"numbers": "2", "tab": "walk", "step": "20"},
        "The slider starts in the middle. Slide to both ends and back.",
        "One row goes from code A to code B. The other fades from A to B. What differs halfway?",
        "The fade shows two digits on top of each other. The walk shows one picture that could be a digit. In "
        f"{F['middles_closer_to_a_digit']} of {F['pairs']} pairs, its middle is closer to a real digit than the "
        "fade's. These are all pairs of the first test pictures from 0 to 9.",
    ),
    Step(
        6,
        "Only ripe bananas",
        "anomalies",
        {"pictures": "mixed"},
        "Ask before you open this step. Then go down row by row.",
        "This network learned ripe bananas alone. What does it paint when it sees a rotten one?",
        "A ripe one: it has learned to paint over what does not belong there. "
        f"{F['rotten_closer_to_their_twin']} of the {F['rotten']} rotten bananas come back closer to their ripe twin. "
        f"The squared error to the twin falls to {100 * F['share_of_damage_left']:.0f} %. Subtract, and the rot lights "
        f"up. On the maps, a rotten pixel is brighter than a sound one {1000 * F['pixel_auroc']:.0f} times in 1,000.",
        "“It has learned what rot looks like.” It has never seen any. It was shown ripe bananas with random stains, "
        "and had to paint them without.",
    ),
    Step(
        4,
        "Where is the threshold?",
        "anomalies",
        {"score": "absolute", "false_alarms": "0"},
        "With this score, the absolute error, the two groups overlap. Drag the threshold from one end to the other.",
        "You sort bananas for a shop. What does a missed rotten one cost, and what a false alarm?",
        "There is no right place, only a price. Accept no false alarm among the held-out ripe bananas: that finds "
        f"{ACCEPTING['0']['found']} of the {F['rotten']} rotten ones. Accept 5 %, and it finds "
        f"{ACCEPTING['0.05']['found']}. Accept half, and it finds {ACCEPTING['0.5']['found']}, but calls "
        f"{ACCEPTING['0.5']['false_positives']} of the 500 ripe ones rotten. With none accepted, the score “Strongest "
        f"differences” finds {F['accepting_none_by_strongest']['found']}. It gives "
        f"{F['accepting_none_by_strongest']['false_positives']} false alarms. So the score matters more than the "
        "threshold.",
        f"“AUROC {F['absolute_auroc']:.3f} means that it is hardly ever wrong.” It says how well the two groups "
        "separate. How often it is wrong depends on the threshold.",
    ),
    Step(
        4,
        "Removing noise",
        "denoising",
        {"level": "0.4"},
        "Slide from 0.4 to 1, then back to 0.",
        "At level 1 you can hardly read the noisy row. Is what the network paints there true?",
        f"At 0.4 it takes the {F['test_digits']:,} test pictures from {F['noisy_psnr']:.1f} to "
        f"{F['denoised_psnr']:.1f} dB. The squared error becomes {F['error_times_smaller']:.0f} times smaller. At 1 it "
        f"still paints clean digits, but {F['misread_at_most_noise']} of {F['test_digits']:,} are read as another "
        "digit. It paints what is likely. Without noise it does not quite return its input "
        f"({F['psnr_without_noise']:.1f} dB).",
        "“It brings back what the noise has hidden.” What is lost is lost. The network paints what is usually there.",
    ),
    Step(
        2,
        "A noise that it never learned",
        "denoising",
        {"level": "0.5", "try_noise": "patch"},
        "Slide from 0.5 to 0 and back.",
        "A gray patch hides a part of each digit. Does the network fill it in?",
        f"No, the patch stays. At 0.5, there are {F['patched_psnr']:.1f} dB before and {F['repaired_psnr']:.1f} dB "
        "after. It was trained on Gaussian noise alone.",
    ),
)

INTRODUCTION = (
    "A lesson of 45 minutes for a class that has never heard of autoencoders. It shows three things. An autoencoder is "
    "**learned lossy compression**. **Common features survive**, others do not. It can **find anomalies and remove "
    "noise**. "
    "Nobody has to train anything. Each link opens a new tab with a network that comes with the app."
)
BEFORE = """
- **Start the app** on one computer (`make run`). Others in the same Wi-Fi open `http://`, that computer's name or
  address, and `:8501`. A phone is enough.
- **No internet is needed**: 5,000 digits of MNIST are built in. For homework on all 70,000, choose *Full MNIST* once on
  the page Bottleneck: it downloads 11 MB. An offline server needs the file where `HOURGLASS_MNIST` says.
- **Projector**: open step 1 and read it from the last row. Page Down and Page Up go to the next and the previous step;
  a remote control sends the same keys. Escape leaves the presenter's view.
- **A link for the class**: *Share*, at the top of every page, gives a link to exactly what you see. It can hide
  controls.
- **Terms**: point at a word with dots below it to read its meaning. The page Glossary has all of them.
- **Photos for step 5**: a face, a hand, a word on paper. They stay on that computer and go when the tab is closed.
"""
AFTER = """
**To take home.** On every lesson's page, the tab *Take along* has the trained network as a `.keras` file. Keras reads
it without this app. The tab also has the training as a script and a notebook, and figures and tables. A link from
*Share* brings back all settings, so that others can train the same.

**To print** this page, use the browser's own menu.
"""

HOMEWORK: tuple[tuple[str, str, dict[str, str]], ...] = (  # what to do and find out, on which page, in which state
    (
        "**One size or every size.** Train a network for exactly 8 numbers on the MNIST sample. Compare it with the "
        "network for every size. What does it cost to serve every size?",
        "bottleneck",
        {"source": "mnist_sample", "bottleneck": "exact", "bottleneck_size": "8"},
    ),
    (
        "**PCA in disguise.** Look at the linear autoencoder. How large is the angle between its plane and PCA's? Why "
        "can it not be better than PCA on the training pictures?",
        "family",
        {"member": "linear"},
    ),
    (
        "**New digits.** Which member of the family paints the best digits from random codes? Compare the figures, "
        "then read what each was trained for. Blur scores well too: what do the figures miss?",
        "family",
        {"member": "variational"},
    ),
    (
        "**Your own anomaly.** Take 20 photos of one thing and five of something else. Sort them into two classes, and "
        "call the first one normal.",
        "pictures",
        {},
    ),
)
