"""The office: from lead to decision to money to help, in a browser.

A Django project that calls the engine rooms as any Python user would. Its apps stand on each other in one
direction; docs/explanation/office.md draws them.
"""
