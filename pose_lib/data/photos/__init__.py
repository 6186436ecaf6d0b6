"""Data sets of photographs, read from the files as their users download them."""
