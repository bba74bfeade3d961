"""What can go wrong in the screening room.

::

    YingjiuError
    └── ScreeningError
        ├── ModelError              a model file is wrong; every fault of every file at once (SCR-1xx)
        ├── ImplausibleShare        a model selects more of its subjects than it declared (SCR-201)
        └── RunError                a run was asked for what cannot be done (SCR-202 to SCR-299)

Faults of expressions (``SCR-0xx``) belong to :mod:`yingjiu.screening.expressions`; here they get the file,
the path and the line of the model they stand in.
"""

from __future__ import annotations

from yingjiu.errors import YingjiuError

__all__ = ["ImplausibleShare", "ModelError", "RunError", "ScreeningError"]


class ScreeningError(YingjiuError):
    """Something in models or their runs is wrong."""


class ModelError(ScreeningError):
    """Model files are wrong.

    Codes: ``SCR-101`` unknown id, measure or term, ``SCR-102`` id used twice or a word of the logic,
    ``SCR-103`` a term without meaning, ``SCR-104`` unknown table, ``SCR-105`` route that the subject or the
    table cannot take, ``SCR-106`` no must-match or no must-not-match case, ``SCR-107`` nothing would settle
    an unknown, ``SCR-108`` unknown shared block, ``SCR-109`` terms that mean each other, ``SCR-112`` two
    models of one name, ``SCR-113`` an id that nothing uses (a warning), ``SCR-115`` a case that cannot be
    built, ``SCR-116`` no model in the folder.
    """


class ImplausibleShare(ScreeningError):  # noqa: N818 - named for what happened; it is also a question
    """A model selects more of its subjects than it declared; nothing was given out. Code ``SCR-201``."""


class RunError(ScreeningError):
    """A run cannot be made.

    Codes: ``SCR-202`` no model or a model twice, ``SCR-203`` a new row that is no party, ``SCR-204`` nobody
    to screen.
    """
