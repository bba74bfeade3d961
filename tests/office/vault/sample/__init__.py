"""An app with secrets, for tests that start processes."""
