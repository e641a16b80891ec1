"""Routes of signing in; the names without a namespace are those allauth itself asks for."""

from django.urls import path

from civic.accounts.views import demo, family, helper, residents, second_factor, sign_in

urlpatterns = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("login/staff/", sign_in.staff_sign_in, name="account_staff_login"),
    path("login/second/", second_factor.step, name="account_second_step"),
    path("login/password/", sign_in.first_password, name="account_first_password"),
    path("login/welcome/", sign_in.welcome, name="account_welcome"),
    path("login/helper/", helper.ask, name="account_helper"),
    path("me/second-factor/", second_factor.own, name="second_factor"),
    path("me/erase/", sign_in.erase, name="account_erase"),
    path("me/family/", family.listed, name="family"),
    path("me/family/new/", family.begin, name="family_new"),
    path("me/family/<int:pk>/end/", family.end, name="family_end"),
    path("logout/", sign_in.sign_out, name="account_logout"),
    path("demo/inbox/", demo.inbox, name="demo_inbox"),
    path("desk/sign-in/", helper.desk, name="desk_sign_in"),
    path("desk/residents/", residents.desk, name="desk_residents"),
    path("desk/residents/new/", residents.register, name="desk_register"),
    path("desk/residents/<int:pk>/", residents.resident, name="desk_resident"),
    path("desk/family/<int:pk>/end/", residents.end_family, name="desk_family_end"),
    path("desk/residencies/<int:pk>/end/", residents.end, name="desk_residency_end"),
]
