"""The command line: every room, called as a person would call it."""

from yingjiu.cli.app import main

__all__ = ["main"]
