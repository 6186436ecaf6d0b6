"""Real motion: capture files read, brought to the 17 joints, and rendered like the generated motion."""
