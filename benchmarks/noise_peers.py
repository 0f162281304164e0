"""One peer's side of benchmarks/noise.py, run inside the environment that has the peer.

    PYTHON benchmarks/noise_peers.py NAME

Reads one JSON object a line from standard input and answers each with one: `pictures` loads squares to work
on, `prepare` makes one noise ready, `time` calls it for a while, `results` saves what it gives. Imports
NumPy, OpenCV and the peer only, and works with the old versions that imagecorruptions needs.

A case is the noise of our key as the peer's user would write it, from uint8 to uint8; `same` says that its
definition is ours, which benchmarks/noise.py then checks on the pictures.
"""

import json
import os
import sys
import time
import warnings

import cv2
import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))
CASES = {}
"""Peer -> key -> (same, maker): maker(params, second) gives image -> image."""


def case(peer, key, same):
    """Register the decorated maker as `peer`'s form of our noise `key`."""

    def register(maker):
        CASES.setdefault(peer, {})[key] = (same, maker)
        return maker

    return register


def as_uint8(values):
    """0..255 of any type, clipped, as uint8."""
    return np.clip(values, 0, 255).astype(np.uint8)


def load(peer):
    """Import the file that holds the cases of `peer`, and the peer itself; says which version it is."""
    sys.path.insert(0, FOLDER)
    # The cases register with the module that they import, which is not this one when it runs as a script.
    sys.modules["noise_peers"] = sys.modules[__name__]
    module = __import__("noise_peers_" + peer)
    return module.version()


def answer(state, asked):
    """What one request gets."""
    do = asked["do"]
    if do == "pictures":
        state["pictures"] = list(np.load(asked["file"]))
        state["second"] = np.load(asked["second"])
        return {}
    if do == "prepare":
        known = CASES.get(state["peer"], {})
        if asked["noise"] not in known:
            return {"missing": True}
        same, maker = known[asked["noise"]]
        state["call"] = maker(asked["params"], state["second"])
        started = time.perf_counter()
        state["call"](state["pictures"][0])
        return {"same": same, "seconds": time.perf_counter() - started}
    if do == "time":
        return {"seconds": timed(state["call"], state["pictures"], asked["seconds"])}
    assert do == "results", do
    draws = [state["call"](picture) for picture in state["pictures"] for _ in range(asked["draws"])]
    np.save(asked["file"], np.stack(draws))
    return {}


def timed(call, pictures, seconds):
    """Seconds a call over the pictures in turn, called for at least `seconds`."""
    calls, started = 0, time.perf_counter()
    while True:
        call(pictures[calls % len(pictures)])
        calls += 1
        spent = time.perf_counter() - started
        if spent >= seconds:
            return spent / calls


def main():
    warnings.filterwarnings("ignore")
    cv2.setNumThreads(1)
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a peer prints is no reply
    state = {"peer": sys.argv[1]}
    print(json.dumps({"version": load(state["peer"]), "noises": sorted(CASES[state["peer"]])}), file=replies)
    replies.flush()
    for line in sys.stdin:
        try:
            reply = answer(state, json.loads(line))
        except Exception as error:  # noqa: BLE001 - a peer that fails is reported and does not end the run
            reply = {"error": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(reply), file=replies)
        replies.flush()


if __name__ == "__main__":
    main()
