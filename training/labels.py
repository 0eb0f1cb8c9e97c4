"""The labels of the head maps: what an image is painted from, and what the network shall say.

The maps hold FreeSurfer's numbers for the brain and 502 to 530 for the rest of the head. Left and right are painted alike and
marked alike, so they share an entry. Numbers that no entry names become background.
"""

import numpy as np

CHANNELS = ["background", "grey-matter", "white-matter", "ventricles", "csf", "skull", "soft-tissue"]
BACKGROUND, GREY, WHITE, VENTRICLES, CSF, SKULL, SOFT = range(7)

# name, numbers in the map, channel
TISSUES = [
    ("air", (0,), BACKGROUND),
    ("cerebral white", (2, 41), WHITE),
    ("cortex", (3, 42), GREY),
    ("lateral ventricle", (4, 5, 43, 44), VENTRICLES),
    ("cerebellar white", (7, 46), WHITE),
    ("cerebellar cortex", (8, 47), GREY),
    ("thalamus", (10, 49), GREY),
    ("caudate", (11, 26, 50, 58), GREY),
    ("putamen", (12, 51), GREY),
    ("pallidum", (13, 52), GREY),
    ("third and fourth ventricle", (14, 15, 72), VENTRICLES),
    ("brain stem", (16,), WHITE),
    ("hippocampus and amygdala", (17, 18, 53, 54), GREY),
    ("ventral diencephalon", (28, 60), WHITE),
    ("csf", (24,), CSF),
    ("choroid plexus", (31, 63, 136, 137, 163, 164), VENTRICLES),
    ("vessel in the brain", (30, 62), WHITE),
    ("lesion", (25, 57), WHITE),
    ("optic chiasm", (85,), WHITE),
    ("meninges", (502,), CSF),
    ("eye", (506,), SOFT),
    ("soft tissue", (507,), SOFT),
    ("gland", (508,), SOFT),
    ("mucosa", (509,), SOFT),
    ("skin", (511,), SOFT),
    ("spinal cord", (512,), SOFT),
    ("dura and sinus", (514,), CSF),
    ("compact bone", (515,), SKULL),
    ("spongy bone", (516,), SKULL),
    ("optic nerve", (530,), SOFT),
]
NAMES = [name for name, _, _ in TISSUES]
CHANNEL_OF = np.array([channel for _, _, channel in TISSUES], dtype=np.uint8)


def tissue_table() -> np.ndarray:
    """uint8[1024]: the tissue of each number of a map."""
    table = np.zeros(1024, dtype=np.uint8)
    for tissue, (_, numbers, _) in enumerate(TISSUES):
        for number in numbers:
            table[number] = tissue
    return table
