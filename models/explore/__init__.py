"""A page on which a cell is changed by sliders and answers at once: what it is asked, who computes it, how it
is drawn."""
