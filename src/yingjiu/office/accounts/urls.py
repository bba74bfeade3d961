"""Addresses of accounts and of their administration."""

from __future__ import annotations

from django.urls import path

from yingjiu.office.accounts import keeping, views

app_name = "accounts"
urlpatterns = [
    path("login", views.login, name="login"),
    path("login/code", views.second_step, name="second_step"),
    path("logout", views.logout, name="logout"),
    path("me", views.profile, name="profile"),
    path("me/password", views.password, name="password"),
    path("me/second-factor", views.second_factor_page, name="second_factor"),
    path("me/second-factor.svg", views.second_factor_picture, name="second_factor_picture"),
    path("me/second-factor/codes", views.backup_codes, name="backup_codes"),
    path("me/second-factor/remove", views.remove_second_factor, name="second_factor_remove"),
    path("organisations/", keeping.organisations, name="organisations"),
    path("organisations/new", keeping.organisation_new, name="organisation_new"),
    path("organisations/<int:pk>/", keeping.organisation, name="organisation"),
    path("users/", keeping.users, name="users"),
    path("users/new", keeping.user_new, name="user_new"),
    path("users/<int:pk>/", keeping.user, name="user"),
    path("users/<int:pk>/active", keeping.active, name="active"),
    path("users/<int:pk>/password", keeping.reset_password, name="reset_password"),
    path("rights/", keeping.rights_list, name="rights"),
    path("rights/<int:pk>/", keeping.rights, name="rights_of"),
    path("rights/<int:pk>/unlock", keeping.unlock, name="unlock"),
    path("rights/<int:pk>/second-factor", keeping.reset_second_factor, name="reset_second_factor"),
]
