"""Routes of what everyone sees, of notices and objections, of one's own things and the desk."""

from django.urls import path

from publicity.views import answers, follows, home, messages, notices, own, plain, projects

app_name = "publicity"
urlpatterns = [
    path("", home.home, name="home"),
    path("areas/", home.areas, name="areas"),
    path("areas/remember/", home.remember, name="remember"),
    path("a/<str:code>/", home.area, name="area"),
    path("projects/", projects.projects, name="projects"),
    path("p/<str:code>/", projects.project, name="project"),
    path("p/<str:code>/print/", projects.printed, name="print"),
    path("p/<str:code>/feed.json", projects.feed, name="feed"),
    path("p/<str:code>/object/", notices.object, name="object"),
    path("p/<str:code>/follow/", follows.follow, name="follow"),
    path("q/<str:code>/", projects.by_code, name="by_code"),
    path("notices/", notices.listed, name="notices"),
    path("notices/<int:pk>/extend/", notices.extend, name="extend"),
    path("objections/<str:number>/", notices.objection, name="objection"),
    path("desk/objections/", answers.queue, name="objections"),
    path("desk/objections/<str:number>/", answers.answer, name="answer"),
    path("me/", own.me, name="me"),
    path("me/follows/", follows.followed, name="followed"),
    path("me/messages/", messages.listed, name="messages"),
    path("me/messages/read/", messages.read_all, name="read_all"),
    path("me/messages/<int:pk>/read/", messages.read, name="read"),
    path("me/settings/", messages.wanted, name="message_settings"),
    path("me/looked-up/", messages.look_ups, name="look_ups"),
    path("stop/<str:token>/", messages.stop, name="stop"),
    path("desk/calls/", messages.calls, name="calls"),
    path("desk/", own.desk, name="desk"),
    path("help/", plain.help, name="help"),
    path("rules/", plain.rules, name="rules"),
    path("accessibility/", plain.accessibility, name="accessibility"),
    path("privacy/", plain.privacy, name="privacy"),
    path("status/", plain.status, name="status"),
]
