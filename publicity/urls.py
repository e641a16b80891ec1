"""Routes of what everyone sees, of notices and objections, of one's own things and the desk."""

from django.urls import path

from publicity.views import answers, data, home, notices, own, plain, projects, screen, stats

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
    path("q/<str:code>/", projects.by_code, name="by_code"),
    path("notices/", notices.listed, name="notices"),
    path("notices/<int:pk>/extend/", notices.extend, name="extend"),
    path("objections/<str:number>/", notices.objection, name="objection"),
    path("desk/objections/", answers.queue, name="objections"),
    path("desk/objections/<str:number>/", answers.answer, name="answer"),
    path("me/", own.me, name="me"),
    path("desk/", own.desk, name="desk"),
    path("stats/", stats.stats, name="stats"),
    path("stats/money/", stats.money, name="money"),
    path("data/", data.data, name="data"),
    path("data/dictionary/", data.dictionary, name="data_dictionary"),
    path("data/dictionary.json", data.dictionary_json, name="data_dictionary_json"),
    path("data/<slug:name>.<slug:kind>", data.dataset, name="dataset"),
    path("data/stats/<slug:key>.<slug:kind>", data.stats_file, name="stats_file"),
    path("screen/<str:code>/", screen.screen, name="screen"),
    path("help/", plain.help, name="help"),
    path("rules/", plain.rules, name="rules"),
    path("accessibility/", plain.accessibility, name="accessibility"),
    path("privacy/", plain.privacy, name="privacy"),
    path("status/", plain.status, name="status"),
]
