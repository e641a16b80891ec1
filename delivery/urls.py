"""Routes of money, works, the site, acceptance and ratings."""

from django.urls import path

from delivery.views import accept, board, budget, cases, rate, site, works

app_name = "delivery"
urlpatterns = [
    path("desk/budget/", budget.budget, name="budget"),
    path("desk/budget/pool/", budget.set_pool, name="set_pool"),
    path("desk/approve/<str:code>/", budget.approve, name="approve"),
    path("desk/approve/<str:code>/confirm/", budget.approve_confirm, name="approve_confirm"),
    path("desk/approve/<str:code>/return/", budget.approve_return, name="approve_return"),
    path("desk/approve/<str:code>/reserve/", budget.reserve, name="reserve"),
    path("desk/approve/<str:code>/recall/", budget.recall, name="recall"),
    path("desk/delivery/", board.board, name="board"),
    path("desk/delivery/<str:code>/", works.work, name="work"),
    path("desk/delivery/<str:code>/contract/", works.contract, name="contract"),
    path("desk/delivery/<str:code>/plan/", works.plan, name="plan"),
    path("desk/delivery/<str:code>/start/", works.start, name="start"),
    path("desk/delivery/<str:code>/change/", works.change, name="change"),
    path("desk/delivery/<str:code>/urge/", works.urge, name="urge"),
    path("desk/delivery/<str:code>/contact/", works.hand_over, name="hand_over"),
    path("desk/delivery/<str:code>/settle/", works.settle, name="settle"),
    path("desk/delivery/<str:code>/archive/", works.archive, name="archive"),
    path("desk/delivery/<str:code>/visit/", site.visit, name="visit"),
    path("desk/milestones/<int:pk>/", cases.milestone, name="milestone"),
    path("desk/milestones/<int:pk>/move/", cases.reschedule, name="reschedule"),
    path("desk/troubles/<int:pk>/", cases.trouble, name="trouble"),
    path("desk/changes/<int:pk>/", cases.change_case, name="change_case"),
    path("desk/payments/<int:pk>/", cases.payment_case, name="payment_case"),
    path("desk/fixes/<int:pk>/", accept.fix, name="fix"),
    path("desk/lookbacks/<int:pk>/", accept.follow_up, name="follow_up"),
    path("site/", site.site_list, name="sites"),
    path("site/<str:code>/", site.site, name="site"),
    path("site/<str:code>/photos/", site.photos, name="site_photos"),
    path("site/<str:code>/done/", site.done, name="site_done"),
    path("site/<str:code>/trouble/", site.trouble, name="site_trouble"),
    path("site/<str:code>/claim/", site.claim, name="site_claim"),
    path("desk/accept/<str:code>/", accept.accept, name="accept"),
    path("desk/accept/<str:code>/items/", accept.items, name="accept_items"),
    path("desk/accept/<str:code>/sign/", accept.witness, name="accept_witness"),
    path("desk/accept/<str:code>/conclude/", accept.conclude, name="accept_conclude"),
    path("p/<str:code>/sign/", accept.sign, name="sign"),
    path("p/<str:code>/rate/", rate.rate, name="rate"),
    path("p/<str:code>/ratings/", rate.ratings, name="ratings"),
    path("p/<str:code>/rate/again/", rate.rate_again, name="rate_again"),
    path("p/<str:code>/rate/solved/", rate.solved, name="rate_solved"),
]
