"""Documents of the office."""
