"""Many runs at once: which they are, and what they will cost."""
