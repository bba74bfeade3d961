"""What can be wrong with a document or its template.

::

    OfficeError
    └── DocumentError
        ├── FieldsError       DOC-001 to DOC-009  the subject does not give what the form needs
        ├── TemplateError     DOC-010 to DOC-019  an uploaded template cannot be used
        ├── StateError        DOC-020 to DOC-029  the document's state, or the person's role, refuses a step
        └── UnknownFormError  DOC-030 to DOC-039  there is no such form, or not for this kind of thing

    Conflict (of the frame)   DOC-024             somebody made the draft anew since it was read
"""

from __future__ import annotations

from yingjiu.office.frame.errors import OfficeError

__all__ = ["DocumentError", "FieldsError", "StateError", "TemplateError", "UnknownFormError"]


class DocumentError(OfficeError):
    """Base of the errors of this app."""


class FieldsError(DocumentError):
    """The subject does not give what the form needs; one fault for each field."""


class TemplateError(DocumentError):
    """An uploaded template cannot be used."""


class StateError(DocumentError):
    """The document's state, or the person's role, refuses a step."""


class UnknownFormError(DocumentError):
    """There is no such form, or not for this kind of thing."""
