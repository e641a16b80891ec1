"""Routes of proposing, seconding, rounds, and the desks of intake and pre-review."""

from django.urls import path

from proposals.views import (
    cycles,
    intake,
    merging,
    papers,
    pausing,
    proposing,
    review_beside,
    review_queue,
    reviews,
    rule_book,
    seconding,
)

app_name = "proposals"
urlpatterns = [
    path("propose/", proposing.propose, name="propose"),
    path("propose/<int:number>/", proposing.step, name="propose_step"),
    path("propose/<int:number>/save/", proposing.autosave, name="propose_autosave"),
    path("propose/similar/", proposing.similar_projects, name="similar"),
    path("propose/check/", proposing.check, name="propose_check"),
    path("propose/done/<str:code>/", proposing.done, name="propose_done"),
    path("propose/discard/", proposing.discard, name="propose_discard"),
    path("p/<str:code>/withdraw/", proposing.withdraw, name="withdraw"),
    path("p/<str:code>/second/", seconding.second, name="second"),
    path("p/<str:code>/second/family/", seconding.for_family, name="second_family"),
    path("p/<str:code>/unsecond/", seconding.unsecond, name="unsecond"),
    path("cycles/", cycles.cycle_list, name="cycles"),
    path("cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("district/rules/", rule_book.listed, name="rules"),
    path("district/rules/<int:pk>/", rule_book.change, name="rules_change"),
    path("district/rules/planned/<int:pk>/withdraw/", rule_book.withdraw, name="rules_withdraw"),
    path("p/<str:code>/complete/", intake.complete, name="complete"),
    path("desk/intake/", intake.queue, name="intake"),
    path("desk/intake/<str:code>/", intake.screen, name="screen"),
    path("desk/intake/<str:code>/phone/", intake.phone, name="phone"),
    path("desk/paper/", papers.papers, name="papers"),
    path("desk/merge/", merging.merge, name="merge"),
    path("desk/merge/<int:pk>/", merging.merge_case, name="merge_case"),
    path("desk/reviews/", review_queue.queue, name="reviews"),
    path("desk/reviews/together/", review_queue.together, name="reviews_together"),
    path("desk/review/<int:pk>/", reviews.review, name="review"),
    path("desk/review/asked/<int:pk>/", review_beside.consulted, name="consulted"),
    path("desk/review/extension/<int:pk>/", review_beside.extension, name="extend_review"),
    path("desk/review/<str:code>/", reviews.by_code, name="review_of"),
    path("desk/pause/<str:code>/", pausing.pause, name="pause"),
    path("desk/late/<str:code>/", pausing.late, name="late"),
]
