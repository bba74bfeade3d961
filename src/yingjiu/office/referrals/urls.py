"""Addresses of referrals."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.referrals.views import acting, offers, outbox, page, proposing

app_name = "referrals"
urlpatterns = [
    path("", outbox.outbox, name="outbox"),
    path("export", outbox.export, name="export"),
    path("inbox/", outbox.inbox, name="inbox"),
    path("propose", proposing.propose, name="propose"),
    path("create", proposing.create, name="create"),
    path("<int:pk>/", page.referral, name="referral"),
    path("<int:pk>/change", proposing.change, name="change"),
    path("<int:pk>/ground", acting.ground, name="ground"),
    path("<int:pk>/send", acting.send, name="send"),
    path("<int:pk>/withdraw", acting.withdraw, name="withdraw"),
    path("<int:pk>/reopen", acting.reopen, name="reopen"),
    path("<int:pk>/give-time", acting.give_time, name="give_time"),
    path("<int:pk>/refuse-time", acting.refuse_time, name="refuse_time"),
    path("<int:pk>/accept", acting.accept, name="accept"),
    path("<int:pk>/reject", acting.reject, name="reject"),
    path("<int:pk>/more-time", acting.more_time, name="more_time"),
    path("<int:pk>/finish", acting.finish, name="finish"),
    path("<int:pk>/open/<slug:field>", page.contact, name="contact"),
    path("named/", offers.offers, name="offers"),
    path("named/new", offers.incoming, name="incoming"),
    path("named/<int:pk>/", offers.offer, name="offer"),
    path("named/<int:pk>/take", offers.take, name="take"),
    path("named/<int:pk>/return", offers.return_, name="return"),
    path("named/<int:pk>/open/<slug:name>", offers.field, name="offer_field"),
]
