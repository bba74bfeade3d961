"""Intake: agency files into the pool, models over the pool, a party entered by hand.

The pool of an installation is kept by one procuratorate: it loads, takes back and runs the models, and leads
of procuratorates below it are handed to them. Everything long is a job.
"""
