"""How much of a stranger's file is taken in: every limit, in one place."""

MAX_FILE_BYTES = 50 * 1024 * 1024
"""Largest picture file."""
MAX_PIXELS = 80_000_000
"""Most pixels of a picture; told from its header, before it is decoded."""
MAX_FILES = 300_000
"""Most files in a folder or archive, and most folders."""
MAX_TOTAL_BYTES = 64 * 1024**3
"""Most bytes that an archive may hold, unpacked."""
MAX_RATIO = 100
"""Most bytes unpacked for a byte packed, over a whole archive: photographs reach 2, plain drawings 20."""
RATIO_FROM_BYTES = 200 * 1024**2
"""Below this many bytes unpacked the ratio does not matter."""
MAX_HEADER_BYTES = 1024**2
"""Most bytes that a TAR may spend on describing one member."""
MAX_NAME = 200
"""Most characters in the name of a file or folder, or in a class."""
MAX_DEPTH = 20
"""Most folders around a file."""
MAX_CSV_BYTES = 100 * 1024**2
"""Largest CSV file with labels."""
MAX_ANSWERS_BYTES = 512 * 1024**2
"""Largest table of answers that were made elsewhere, as a file and unpacked: a million rows of two classes take 100 MB."""
MAX_CLASSES = 2_000
"""Most classes of a data set: ImageNet has 1,000."""
MAX_VIDEO_BYTES = 2 * 1024**3
"""Largest video file."""
MAX_VIDEO_SECONDS = 2 * 3600
"""Longest video."""
MAX_VIDEO_SIDE = 4_096
"""Longest side of a video's frames, px: a decoder keeps a dozen of them in memory."""
MAX_FRAMES_PER_VIDEO = 2_000
"""Most frames taken from one video; a longer one gives so many, evenly spread."""
MAX_FRAMES_PER_SECOND = 60
"""Most frames taken from one second of video."""
MAX_FILMED_FRAMES = 1_200
"""Most frames of a video that runs are asked about: two minutes at ten a second; what comes after is left out."""
MAX_FILMED_PER_SECOND = 60
"""Most of these of one second."""
MAX_WEIGHTS_BYTES = 8 * 1024**3
"""Largest file of weights that is brought in: ViT-H/14 has 2.5 GB."""
MAX_TENSORS = 20_000
"""Most tensors in it: the largest classifiers have some 3,000."""
MAX_GRAPH_BYTES = 1024**3
"""Largest ONNX graph: it is held in memory a few times over, and protobuf ends at 2 GB."""
MAX_NODES = 50_000
"""Most nodes of it: the largest classifiers have some 5,000."""
MAX_NESTING = 8
"""Most graphs within each other."""
MAX_ELEMENTS = 2**31
"""Most numbers in one tensor of it."""
GRAPH_SECONDS = 60
"""That a graph may take for its first picture, in a process of its own ..."""
GRAPH_MEMORY = 8 * 1024**3
"""... with so many bytes of memory."""
QUIZ_QUESTIONS = 30
"""Pictures that a person is asked to name: three minutes."""
