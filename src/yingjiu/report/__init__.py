"""What a run found, for people to read: one self-contained page, a workbook, and a Parquet file."""

from yingjiu.report.page import render

__all__ = ["render"]
