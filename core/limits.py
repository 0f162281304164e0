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
MAX_CLASSES = 2_000
"""Most classes of a data set: ImageNet has 1,000."""
