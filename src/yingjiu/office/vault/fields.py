"""Model fields that are encrypted at rest, and the blind index that finds their rows.

::

    id_number = EncryptedTextField(_("ID number"), blank=True)
    id_index = BlindIndexField(source="id_number", normalise=normalise_id)

    Person.objects.filter(id_index=blind_index("people.Person.id_number", normalise_id(asked)))

Comparing an encrypted field in a query raises: the database cannot compare it, and a query that silently
finds nothing, or everything, would be believed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from django import forms
from django.core import checks
from django.db import models
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact, In, IsNull, Lookup
from django.utils.translation import gettext as _

from yingjiu.errors import Fault
from yingjiu.office.vault.cipher import decrypt, encrypt
from yingjiu.office.vault.errors import EncryptedLookupError
from yingjiu.office.vault.index import BYTES, BlindIndex, blind_index
from yingjiu.office.vault.values import plain, to_text

__all__ = ["BlindIndexField", "EncryptedField", "EncryptedJSONField", "EncryptedTextField"]


Set = TypeVar("Set")
Get = TypeVar("Get")

if TYPE_CHECKING:

    class _TextField(models.TextField[Set, Get], Generic[Set, Get]):
        pass

    _CharField = models.CharField[str | Combinable, str]
else:  # Django's fields take no types at run time

    class _TextField(models.TextField):
        def __class_getitem__(cls, _types):
            return cls

    _CharField = models.CharField


class EncryptedField(_TextField[Set, Get]):
    """What encrypted fields share.

    An empty text is kept as it is, so that "not given" can be told without a key.

    Args:
        bound_to: the name that its values are bound to, if the model or the field has been renamed since they
            were written: ``people.Person.id_number``. The present name unless given.
    """

    def __init__(self, *args: Any, bound_to: str = "", **kwargs: Any) -> None:
        self._bound_to = bound_to
        super().__init__(*args, **kwargs)

    @property
    def bound_to(self) -> str:
        """The name that is authenticated with each value."""
        return self._bound_to or f"{self.model._meta.label}.{self.name}"

    def deconstruct(self) -> Any:
        """As Django's, with the old name."""
        name, path, args, kwargs = super().deconstruct()
        if self._bound_to:
            kwargs["bound_to"] = self._bound_to
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """As Django's; what the database would have to compare cannot be asked for."""
        found = super().check(**kwargs)
        if self.unique or self.primary_key or getattr(self, "db_index", False):
            found.append(
                checks.Error(
                    "an encrypted field cannot be unique or indexed: no two stored values are alike",
                    hint="add a BlindIndexField, and put the constraint on that",
                    obj=self,
                    id="vault.E001",
                )
            )
        return found

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        """Only ``isnull``; anything else raises."""
        if lookup_name == "isnull":
            return IsNull
        raise EncryptedLookupError(
            Fault(
                "VLT-007",
                _("an encrypted field cannot be compared in a query"),
                path=f"{self.bound_to}__{lookup_name}",
                hint=_("search its blind index: filter(<index field>=blind_index(scope, value))"),
            )
        )

    def get_transform(self, lookup_name: str) -> None:
        """There are none."""
        self.get_lookup(lookup_name)

    def to_stored(self, value: Any) -> str | None:
        """What the database keeps for a value."""
        raise NotImplementedError

    def from_stored(self, stored: str) -> Any:
        """The value that a stored text hides."""
        raise NotImplementedError

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Encrypt; an expression, such as the rotation's stored text, passes."""
        del connection, prepared
        return value if value is None or hasattr(value, "resolve_expression") else self.to_stored(value)

    def from_db_value(self, stored: str | None, expression: Any, connection: Any) -> Any:
        """Decrypt."""
        del expression, connection
        return None if stored is None else self.from_stored(stored)


class EncryptedTextField(EncryptedField[str | Combinable, str]):
    """A text, encrypted at rest."""

    description = "Encrypted text"

    def to_stored(self, value: Any) -> str | None:
        """Encrypt a text; the empty one stays."""
        text = str(value)
        return encrypt(text, self.bound_to) if text else ""

    def from_stored(self, stored: str) -> str:
        """Decrypt a text."""
        return decrypt(stored, self.bound_to) if stored else ""


class EncryptedJSONField(EncryptedField[Any, Any]):
    """JSON, encrypted at rest. Decimal, date, time and UUID are kept as text, a tuple as a list.

    After saving, the instance holds what the database will give back: texts and lists.
    """

    description = "Encrypted JSON"
    # an empty list or object is a value, as in Django's own JSONField
    empty_values: Final = (None, "")  # type: ignore[misc] # Django's is a list, and nobody changes it

    def to_python(self, value: Any) -> Any:
        """The value as it is: JSON knows its own types."""
        return value

    def get_prep_value(self, value: Any) -> Any:
        """The value as it is."""
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Bring the instance's value to what will be read back."""
        value = super().pre_save(model_instance, add)
        if value is not None and not hasattr(value, "resolve_expression"):
            value = plain(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Encrypt; None is a value too, unless the column may be null."""
        if value is None and not self.null:
            return self.to_stored(None)
        return super().get_db_prep_value(value, connection, prepared)

    def to_stored(self, value: Any) -> str | None:
        """Encrypt the JSON."""
        return encrypt(to_text(value), self.bound_to)

    def from_stored(self, stored: str) -> Any:
        """Decrypt the JSON."""
        return json.loads(decrypt(stored, self.bound_to))

    def value_to_string(self, obj: models.Model) -> Any:
        """As JSON for serialisers."""
        return self.value_from_object(obj)

    def formfield(self, **kwargs: Any) -> Any:  # type: ignore[override] # Django's own JSONField does the same
        """A JSON form field."""
        return models.Field.formfield(self, **{"form_class": forms.JSONField, **kwargs})


class _FoundUnderAnyKey(Exact):  # type: ignore[type-arg] # Django's class takes none at run time
    """Equal to the index under the key that writes, or while keys are rotated under an older one."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        others = getattr(self, "others", ())
        sql, params = super().as_sql(compiler, connection)
        if not others:
            return sql, params
        left, left_params = self.process_lhs(compiler, connection)
        marks = ", ".join(["%s"] * len(others))
        return f"({sql} OR {left} IN ({marks}))", [*params, *left_params, *others]

    def get_prep_lookup(self) -> Any:
        self.others = self.rhs.others if isinstance(self.rhs, BlindIndex) else ()
        return super().get_prep_lookup()


class _AmongUnderAnyKey(In):  # type: ignore[type-arg] # as above
    """Among indexes, each under any of the keys."""

    def get_prep_lookup(self) -> Any:
        if isinstance(self.rhs, list | tuple | set | frozenset):
            self.rhs = [
                each
                for index in self.rhs
                for each in (index, *(index.others if isinstance(index, BlindIndex) else ()))
            ]
        return super().get_prep_lookup()


class BlindIndexField(_CharField):
    """The blind index of an encrypted field of the same row: 32 hexadecimal digits; of an empty value, empty.

    With ``source`` it is filled whenever the row is saved, and a rotation of the index key computes it anew.
    It is not touched by ``bulk_update`` and ``update``. Without ``source`` the app fills it, and registers
    with :func:`yingjiu.office.vault.rotation.rebuilds` how it is made anew.

    Args:
        source: the name of the encrypted field.
        normalise: a function of :mod:`yingjiu.office.vault.index`, or one of the module level of an app.
        scope: the first argument of ``blind_index``; ``<app>.<Model>.<source>`` unless given.
    """

    description = "Blind index"
    LOOKUPS: Final = {"exact": _FoundUnderAnyKey, "in": _AmongUnderAnyKey, "isnull": IsNull}

    def __init__(
        self,
        *args: Any,
        source: str = "",
        normalise: Callable[[str], str] | None = None,
        scope: str = "",
        **kwargs: Any,
    ) -> None:
        self.source, self.normalise, self._scope = source, normalise, scope
        kwargs["max_length"] = 2 * BYTES
        if source:
            kwargs.setdefault("blank", True)
            kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    @property
    def scope(self) -> str:
        """What the index is computed for."""
        return self._scope or f"{self.model._meta.label}.{self.source or self.name}"

    def deconstruct(self) -> Any:
        """As Django's, with the source."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        for key, value in (("source", self.source), ("normalise", self.normalise), ("scope", self._scope)):
            if value:
                kwargs[key] = value
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """As Django's; the source is an encrypted text of the same model."""
        found = super().check(**kwargs)
        if self.source and not isinstance(
            {each.name: each for each in self.model._meta.fields}.get(self.source), EncryptedTextField
        ):
            found.append(
                checks.Error(
                    f"the source {self.source!r} of a blind index is no EncryptedTextField of this model",
                    obj=self,
                    id="vault.E002",
                )
            )
        return found

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        """Equal, among, and missing; an index has no beginning, middle or order that means anything."""
        if lookup_name in self.LOOKUPS:
            return self.LOOKUPS[lookup_name]
        raise EncryptedLookupError(
            Fault(
                "VLT-007",
                _("a blind index finds whole values only"),
                path=f"{self.model._meta.label}.{self.name}__{lookup_name}",
                hint=_("compare the whole normalised value: blind_index(scope, value)"),
            )
        )

    def of(self, text: str | None) -> BlindIndex:
        """The index of a value of the source; empty for one that is empty when normalised."""
        normal = self.normalise(text or "") if self.normalise else (text or "")
        return blind_index(self.scope, normal) if normal else BlindIndex("")

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Compute the index from the source, if one is declared."""
        if self.source:
            value = getattr(model_instance, self.source)
            if not hasattr(value, "resolve_expression"):
                setattr(model_instance, self.attname, self.of(value))
        return super().pre_save(model_instance, add)

    def get_prep_value(self, value: Any) -> Any:
        """A plain text for the database's driver."""
        value = super().get_prep_value(value)
        return str(value) if isinstance(value, str) else value
