"""Forms of the desk."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yingjiu.office.desk.models import Budget, MapBoundary

__all__ = ["BudgetForm", "ChangeBudgetForm", "MapForm"]


class ChangeBudgetForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes none at run time
    """Changes the amount of a year."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        """Fields."""

        model = Budget
        fields = ("amount", "source")


class BudgetForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes none at run time
    """Enters the amount of a year."""

    year = forms.IntegerField(
        label=_("year"), min_value=2014, max_value=2100, initial=lambda: timezone.localdate().year
    )

    class Meta:
        """Fields."""

        model = Budget
        fields = ("year", "amount", "source")


class MapForm(forms.ModelForm):  # type: ignore[type-arg]  # it takes none at run time
    """Takes official boundaries; the approval number is not to be left out."""

    file = forms.FileField(
        label=_("GeoJSON file"),
        help_text=_("longitudes and latitudes in degrees; at most 8 MiB"),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.geojson,application/geo+json"}),
    )

    class Meta:
        """Fields."""

        model = MapBoundary
        fields = ("title", "approval_number", "publisher", "name_property")
