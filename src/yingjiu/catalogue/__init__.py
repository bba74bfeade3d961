"""The shipped catalogue: models and sources as data. No code lives here."""

__all__: list[str] = []
