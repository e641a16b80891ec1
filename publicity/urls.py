"""Routes of what everyone sees, of notices and objections, of one's own things and the desk."""

from django.urls import path

from publicity.views import answers, home, maps, notices, own, plain, projects, share

app_name = "publicity"
urlpatterns = [
    path("", home.home, name="home"),
    path("areas/", home.areas, name="areas"),
    path("areas/remember/", home.remember, name="remember"),
    path("a/<str:code>/", home.area, name="area"),
    path("projects/", projects.projects, name="projects"),
    path("projects/points.json", maps.points, name="points"),
    path("p/<str:code>/", projects.project, name="project"),
    path("p/<str:code>/print/", projects.printed, name="print"),
    path("p/<str:code>/poster/", share.poster, name="poster"),
    path("p/<str:code>/poster.pdf", share.poster_pdf, name="poster_pdf"),
    path("p/<str:code>/share/", share.share, name="share"),
    path("p/<str:code>/share.png", share.picture, name="share_picture"),
    path("p/<str:code>/feed.json", projects.feed, name="feed"),
    path("p/<str:code>/object/", notices.object, name="object"),
    path("q/<str:code>/", projects.by_code, name="by_code"),
    path("notices/", notices.listed, name="notices"),
    path("notices/<int:pk>/extend/", notices.extend, name="extend"),
    path("objections/<str:number>/", notices.objection, name="objection"),
    path("desk/objections/", answers.queue, name="objections"),
    path("desk/objections/<str:number>/", answers.answer, name="answer"),
    path("me/", own.me, name="me"),
    path("desk/", own.desk, name="desk"),
    path("help/", plain.help, name="help"),
    path("rules/", plain.rules, name="rules"),
    path("accessibility/", plain.accessibility, name="accessibility"),
    path("privacy/", plain.privacy, name="privacy"),
    path("status/", plain.status, name="status"),
]
