"""Commands of relief: replay_relief."""
