"""Routes of the board (民声黑板)."""

from django.urls import path

from wishes.views import board, desk, reporting, surveys, visits

app_name = "wishes"
urlpatterns = [
    path("board/", board.board, name="board"),
    path("board/print/", board.printed, name="print"),
    path("board/new/", reporting.new, name="new"),
    path("board/<str:number>/", board.demand, name="demand"),
    path("board/<str:number>/done/", reporting.done, name="done"),
    path("board/<str:number>/join/", board.join, name="join"),
    path("board/<str:number>/unjoin/", board.unjoin, name="unjoin"),
    path("board/<str:number>/confirm/", board.confirm, name="confirm"),
    path("board/<str:number>/reopen/", board.reopen, name="reopen"),
    path("desk/board/", desk.queue, name="desk"),
    path("desk/board/<str:number>/", desk.case, name="case"),
    path("desk/surveys/", surveys.surveys, name="surveys"),
    path("desk/surveys/<int:pk>/", surveys.survey, name="survey"),
    path("desk/surveys/<int:pk>/publish/", surveys.publish, name="survey_publish"),
    path("desk/surveys/<int:pk>/blank/", surveys.blank, name="survey_blank"),
    path("desk/visits/", visits.visits, name="visits"),
    path("desk/visits/offline/", visits.without_network, name="visits_offline"),
    path("desk/visits/<int:pk>/", visits.visit, name="visit_note"),
]
