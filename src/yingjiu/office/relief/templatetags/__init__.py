"""Template tags of relief."""
