"""Addresses of the tests: the frame's own, and pages that show each part of the frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template import engines
from django.urls import include, path
from django_cotton.compiler_regex import CottonCompiler

from yingjiu.errors import Fault
from yingjiu.office.accounts.models import Organisation, User
from yingjiu.office.files.disk import storing
from yingjiu.office.frame import errors
from yingjiu.office.frame.export import Column, table_response
from yingjiu.office.frame.masking import reveal
from yingjiu.office.frame.pages import page_of, sorted_by
from yingjiu.office.frame.views import submit

HERE = Path(__file__).parent
CHARTS = yaml.safe_load((HERE / "charts.yaml").read_text(encoding="utf-8"))


class CheckForm(forms.Form):
    """A form of the tests."""

    who = forms.CharField(label="见到谁", max_length=20)
    how = forms.ChoiceField(label="方式", choices=[("phone", "电话"), ("visit", "走访")])
    note = forms.CharField(label="记录", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    alone = forms.BooleanField(label="独居", required=False)


def _page(file: str, context: dict[str, Any], request: HttpRequest) -> HttpResponse:
    source = (HERE / file).read_text(encoding="utf-8")
    template = engines["django"].from_string(CottonCompiler().process(source))
    return HttpResponse(template.render(context, request))


@login_required
def gallery(request: HttpRequest) -> HttpResponse:
    if request.GET.get("say"):
        messages.success(request, "已保存 <b>")
    rows = sorted_by(Organisation.objects.all(), request, {"name": ["name"], "region": ["region"]}, "name")
    return _page("gallery.html", {**CHARTS, "page": page_of(rows, request, 5)}, request)


def _write(form: CheckForm) -> str:
    if form.cleaned_data["who"] == "无人":
        raise errors.OfficeError(Fault("TST-001", "没有见到人", hint="请改约时间"))
    if form.cleaned_data["who"] == "坏":
        raise RuntimeError("坏")
    Organisation.objects.create(name=f"写入{Organisation.objects.count()}", kind="procuratorate", level=4)
    return "/gallery?say=1"


@login_required
def form(request: HttpRequest) -> HttpResponseBase:
    return submit(request, CheckForm, _write, "gallery/form.html")


@login_required
def show_phone(request: HttpRequest) -> HttpResponse:
    subject = get_object_or_404(User, pk=request.user.pk)
    return reveal(request, subject=subject, value=lambda: "13800000000", what="电话")


@login_required
def export(request: HttpRequest) -> HttpResponseBase:
    columns = [Column("名称", lambda row: row.name), Column("级别", lambda row: row.level)]
    return table_response(request, Organisation.objects.order_by("pk"), columns, name="机构")


def failing(request: HttpRequest, what: str) -> HttpResponse:
    if what == "fine":
        messages.success(request, "已完成")
        return HttpResponse("")
    if what == "full":
        raise OSError(28, "No space left on device")
    if what == "full-files":
        with storing():
            raise OSError(28, "No space left on device")
    if what == "jam":
        raise OperationalError("database is locked")
    if what == "broken":
        raise RuntimeError(what)
    kind = {
        "conflict": errors.Conflict,
        "refused": errors.Refused,
        "large": errors.TooLarge,
        "many": errors.TooMany,
        "office": errors.OfficeError,
    }[what]
    raise kind(Fault("TST-002", "<b>先被他人修改</b>", hint="请重新打开"), Fault("TST-003", "第二个问题"))


urlpatterns = [
    path("gallery", gallery),
    path("gallery/form", form),
    path("gallery/reveal", show_phone),
    path("gallery/export", export),
    path("gallery/<slug:what>", failing),
    path("frame/", include("yingjiu.office.frame.urls")),
    path("accounts/", include(([path("login", gallery, name="login")], "accounts"))),
]
