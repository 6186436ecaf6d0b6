"""What a pose is: joints, frames, units, cameras, boxes."""
