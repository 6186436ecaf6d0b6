"""Figures, tables and styles of the book, and how its pages are built."""
