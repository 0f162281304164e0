"""What a person takes away of results: one self-contained page, a ZIP of everything behind it, figures and a table for a paper."""
