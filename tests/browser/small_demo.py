"""Streamlit's own server, whose demo study is smaller and as real: `python -m tests.browser.small_demo run app.py ...`."""

from functools import partial

from streamlit.web.cli import main

from core.studies import demo

SMALL = demo.Design(images=1000, epochs=8, noises=("gaussian_noise", "salt_pepper"), severities=(3, 4, 5))
"""A quarter of the time, and the arms come apart as in the whole one."""

if __name__ == "__main__":
    demo.submit_demo = partial(demo.submit_demo, design=SMALL)  # before a page takes it
    main()
