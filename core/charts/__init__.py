"""Tables in, Plotly figures out. Colours come with the palette, so that charts follow the page's theme."""
