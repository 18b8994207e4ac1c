"""The lesson of 45 minutes. Every figure is of the networks that come with the app, and tests work it out again."""

from pages.parts.lesson_plan import IDEA, Step, Task

STEPS = (
    Step(
        4,
        "A picture through eight numbers",
        IDEA,
        {"size": "8"},
        "The page opens with the slider at 8. Point at one column from top to bottom: what went in, what came out, "
        "and one minus the other.",
        "Each picture above has 784 pixel values. The one below it was painted from 8 numbers alone. What must the "
        "painter know beforehand for that to work?",
        "What digits look like; it learnt that from 1,500 others. What comes back is close and never the same: lossy "
        "compression, which nobody designed. A rule that takes a picture for the training digit closest to it reads "
        "290 of the 297 rebuilt test digits right, and 294 of the originals.",
        ("test_eight_numbers_are_enough_to_read_by", "test_nothing_comes_back_the_same"),
        "“The 8 numbers are 8 of the pixels.” No: each of them stands for something of the whole picture. Turn one "
        "alone, and at least 100 pixels change by more than a tenth of the way from black to white.",
        hide="",
    ),
    Step(
        5,
        "Squeeze harder",
        "bottleneck",
        {"size": "1"},
        "Let them predict first. Then slide from 1 to 2, 4, 8 and 16, slowly.",
        "One number for each picture: which digits can still be told apart, and which become the same?",
        "With 1 number, 156 of the 297 are still read as what they were: nearly all zeros and sevens, not one of the "
        "twos. With 2 it is 241, with 4 it is 275, with 8 it is 290. The differences that count most over all digits "
        "get through first; what is peculiar to one comes last or never.",
        ("test_how_many_digits_can_be_read_at_each_size",),
        "“Blurred means that the network is bad.” It was asked for a small mean squared error. Where it cannot know "
        "which of several pictures it was, something between them is the best answer.",
    ),
    Step(
        5,
        "Learnt against worked out: PCA",
        "bottleneck",
        {"size": "8"},
        "Scroll to the chart of the errors. Drag its marker from left to right along both lines.",
        "PCA is the best linear compression, worked out from the same pictures at one stroke. Where is the network "
        "ahead, where is it not, and why?",
        "With 8 numbers the network's error is 0.0040 and PCA's 0.0087: less than half. PCA needs 15 numbers to do as "
        "well. From 24 numbers on PCA is ahead: these digits had 8 × 8 values before they were enlarged, so 64 "
        "straight directions hold nearly all of them.",
        ("test_the_network_is_ahead_of_pca_up_to_24_numbers",),
        "“A neural network is always better.” With room enough, the plain method wins here.",
    ),
    Step(
        4,
        "Against JPEG and WebP",
        "bottleneck",
        {"size": "8", "rates": "yes"},
        "The comparison takes some seconds. Show the chart, then the table, then the rows of bananas below.",
        "The code beats WebP. Would you give up JPEG for it?",
        "With 8 bytes a picture the code reaches 24.1 dB. WebP needs 26 bytes for that, 3.2 times as many, counted in "
        "the way that is kindest to it. But the decoder of 4.3 MB is in none of these bytes; and of grey bananas, "
        "which it never learnt, 64 bytes bring back 5.5 dB, where WebP at its smallest gives 20.1 dB with 2 bytes.",
        ("test_fewer_bytes_than_webp_for_digits", "test_worse_than_webp_for_bananas"),
        "“Learnt compression is simply better.” It is better on pictures like those that it learnt, for those who "
        "have the decoder.",
    ),
    Step(
        3,
        "It has learnt digits and nothing else",
        "bottleneck",
        {"size": "64"},
        "Open “Try a picture of your own” and drop a photo there: a face, a hand, a word on paper (turn on Invert).",
        "All 64 numbers get through now. What will it make of your photo?",
        "Something put together from strokes. All of 200 bananas in grey came back closer to a training digit than to "
        "the banana that was shown, and the error was 157 times that of digits. It cannot paint what it has not "
        "learnt.",
        ("test_bananas_come_back_closer_to_a_digit",),
    ),
    Step(
        5,
        "The space of codes",
        "latent",
        {"numbers": "2"},
        "Each point is one test picture, placed by the two numbers of its code. Move the pointer over points, then "
        "over the gaps between them.",
        "Nobody told the network which digit is which. Why do points of the same colour lie together?",
        "Pictures that look alike get codes that are alike. The nearest neighbour of 224 of the 297 points is the "
        "same digit (one in ten would be chance), though the training had no labels.",
        ("test_neighbours_among_two_numbers_are_mostly_the_same_digit",),
        "“It has found out what the digits are.” The colours are ours, from the labels of the test pictures. The "
        "network never saw them.",
    ),
    Step(
        4,
        "A walk between two pictures",
        "latent",
        {"numbers": "2", "section": "walk", "step": "20"},
        "Scroll to the walk. It stands in the middle; slide to both ends and back.",
        "Above, the code goes from A to B. Below, one picture fades into the other. What is different half-way?",
        "Below stand two digits, one over the other. Above is one picture that could be a digit. Of the 45 pairs of "
        "the first 0 to 9, the decoded middle is closer to a real digit than the faded one in 42.",
        ("test_the_middle_of_a_walk_is_more_like_a_digit_than_fading",),
    ),
    Step(
        6,
        "Only ripe bananas",
        "anomalies",
        {"pictures": "mixed"},
        "Cover the lower rows with your hand, or scroll so that only the inputs are seen. Then go down row by row, "
        "and to “One picture, large”.",
        "This network was shown ripe bananas with random stains, and had to paint them without. What will it paint "
        "when it is shown a rotten one?",
        "A ripe one: it has learnt to paint over what does not belong there. All 500 rotten test bananas come back "
        "closer to their ripe twin than they were; the squared error to it falls to a tenth. Subtract, and the rot "
        "lights up: on the maps, a rotten pixel is brighter than a sound one 997 times in 1,000.",
        ("test_rotten_bananas_come_back_ripe", "test_the_maps_light_up_where_the_rot_is"),
        "“It has learnt what rot looks like.” It has never seen any: only ripe bananas, with random stains on them "
        "that it had to paint over.",
    ),
    Step(
        4,
        "Where is the threshold?",
        "anomalies",
        {"score": "absolute", "false_alarms": "0"},
        "Now by the absolute error, whose two heaps overlap. Drag the line between them, and set the false alarms "
        "that are accepted to 5 % and to 50 %.",
        "You sort bananas for a shop. What does a missed rotten one cost, what a false alarm? So where do you put the "
        "threshold?",
        "There is no right place, only a price. Accepting no false alarm among the held-out ripe ones finds 456 of "
        "the 500 rotten bananas; accepting 5 % finds 495; accepting half finds all, and calls 250 of the 500 ripe "
        "ones rotten. “Strongest differences” finds all 500 without a false alarm: how one measures matters more than "
        "where one draws the line.",
        ("test_what_each_threshold_finds_and_costs", "test_another_score_makes_no_mistake"),
        "“AUROC 0.999 means that it is hardly ever wrong.” It says how well the two heaps are parted; how often it is "
        "wrong depends on the threshold.",
        hide="settings",
    ),
    Step(
        5,
        "Taking noise away",
        "denoising",
        {"level": "0.4"},
        "Slide from 0.4 to 1, then back to 0. Then choose “Grey patch” as the noise on these pictures.",
        "At level 1 you can hardly read the noisy row. Is what the network paints there true?",
        "At 0.4 it takes the 297 test pictures from 10.9 to 24.5 dB: the squared error becomes 22 times smaller. At 1 "
        "it still paints clean digits, but 54 of 297 are then read as another digit: it paints what is likely. "
        "Without noise it does not give back quite what it got (35.5 dB), and a grey patch, which it was never "
        "taught, it hardly repairs: at 0.5 from 11.0 to 13.5 dB.",
        ("test_noise_is_taken_away", "test_a_clean_picture_is_not_always_a_true_one", "test_untaught_noise_stays"),
        "“It brings back what the noise has hidden.” What is lost is lost; it paints what usually stands there.",
    ),
)

HOMEWORK = (
    Task(
        "**One size or every size.** Train a network for exactly 8 numbers on the MNIST sample, and compare it with "
        "the one that serves every size. How much does that one pay?",
        "bottleneck",
        {"source": "mnist_sample", "bottleneck": "exact", "bottleneck_size": "8"},
    ),
    Task(
        "**PCA in disguise.** Look at the linear autoencoder. How large is the angle between what it learnt and PCA's "
        "plane, and why can it not be better than PCA on the training pictures?",
        "family",
        {"member": "linear"},
    ),
    Task(
        "**New digits.** Which member of the family paints the best digits from random codes? Compare the figures, "
        "then read what it was asked for. Blur scores well too: what do the figures not see?",
        "family",
        {"member": "variational"},
    ),
    Task(
        "**Your own anomaly.** Take 20 photos of one thing and five of something else, sort them into two classes, "
        "and call the first one normal.",
        "pictures",
    ),
)
