#!/usr/bin/env bash
# Environments of their own for what NoiseLens is measured against: `bash benchmarks/peers.sh [FOLDER]`.
#
# FOLDER/imagecorruptions: imagecorruptions 1.1.2 needs setuptools that still bring pkg_resources, NumPy before 2
# (np.float_), SciPy with scipy.ndimage.interpolation and scikit-image whose gaussian() knows `multichannel`.
# PyTorch there is that of the environment this is called from, by a path file: benchmarks/evaluation.py asks the same network.
# FOLDER/libraries: albumentations 2.0.8 (the last), and kornia with the newest torch that it was tried with.
# FOLDER/torch-cam: torch-cam alone, for the torch that NoiseLens's own environment has (benchmarks/maps.py).
# torchvision, scikit-image and OpenCV are measured as NoiseLens's own environment has them.
set -euo pipefail

folder=${1:-/tmp/venvs/peers}
python=${PYTHON:-python3.11}
mkdir -p "$folder"

"$python" -m venv "$folder/imagecorruptions"
"$folder/imagecorruptions/bin/pip" install --quiet \
    "setuptools<81" numpy==1.26.4 scipy==1.11.4 scikit-image==0.20.0 Pillow==10.4.0 opencv-python-headless==4.10.0.84
# Without its own requirements: it asks for the OpenCV that needs a screen.
"$folder/imagecorruptions/bin/pip" install --quiet --no-deps imagecorruptions==1.1.2
python -c 'import os, torch; print(os.path.dirname(os.path.dirname(torch.__file__)))' \
    >"$("$folder/imagecorruptions/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/torch.pth"

"$python" -m venv "$folder/libraries"
"$folder/libraries/bin/pip" install --quiet \
    albumentations==2.0.8 opencv-python-headless==4.12.0.88 kornia==0.8.2 "torch<2.14"

"$python" -m pip install --quiet --no-deps --target "$folder/torch-cam" torchcam==0.5.0
