"""Routes of ballots, assemblies and meetings. Every act has an address of its own."""

from django.urls import path

from voting.views import ballot, desk, meetings, members

app_name = "voting"
urlpatterns = [
    path("vote/<int:pk>/", ballot.ballot, name="ballot"),
    path("vote/<int:pk>/check/", ballot.check, name="check"),
    path("vote/<int:pk>/receipt/", ballot.receipt, name="receipt"),
    path("meetings/", meetings.meeting_list, name="meetings"),
    path("meetings/new/", desk.call, name="call"),
    path("meetings/assembly/", desk.register_assembly, name="assembly"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/screen/", meetings.screen, name="screen"),
    path("meetings/<int:pk>/minutes/", meetings.minutes, name="minutes"),
    path("meetings/<int:pk>/minutes.docx", meetings.minutes_docx, name="minutes_docx"),
    path("meetings/<int:pk>/sign-in/", members.sign_in, name="sign_in"),
    path("meetings/<int:pk>/items/<int:order>/vote/", members.vote, name="vote"),
    path("meetings/<int:pk>/items/<int:order>/conflict/", members.conflict, name="conflict"),
    path("meetings/<int:pk>/run/", desk.run, name="run"),
    path("meetings/<int:pk>/qr.svg", desk.qr, name="qr"),
    path("meetings/<int:pk>/confirm/", desk.confirm, name="confirm"),
    *(path(f"meetings/<int:pk>/{name.replace('_', '-')}/", desk.act, {"name": name}, name=name) for name in desk.ACTS),
    *(
        path(
            f"meetings/<int:pk>/items/<int:order>/{name.removesuffix('_item').replace('_', '-')}/",
            desk.item_act,
            {"name": name},
            name=name,
        )
        for name in desk.ITEM_ACTS
    ),
]
