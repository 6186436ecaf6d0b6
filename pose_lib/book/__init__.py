"""What a page of the book shows."""
