"""Routes of polls, ballots, assemblies and meetings. Every act has an address of its own."""

from django.urls import path

from voting.views import ballot, desk, meetings, members, paper, paper_keying, poll_roll, polls, results

app_name = "voting"
urlpatterns = [
    path("vote/<int:pk>/", ballot.ballot, name="ballot"),
    path("vote/<int:pk>/check/", ballot.check, name="check"),
    path("vote/<int:pk>/receipt/", ballot.receipt, name="receipt"),
    path("desk/polls/", polls.poll_list, name="polls"),
    path("desk/polls/new/", polls.prepare, name="poll_new"),
    path("desk/polls/<int:pk>/", polls.poll, name="poll"),
    path("desk/polls/<int:pk>/change/", polls.change, name="poll_change"),
    path("desk/polls/<int:pk>/projects/", polls.projects, name="poll_projects"),
    path("desk/polls/<int:pk>/ask/<slug:kind>/", polls.ask, name="poll_ask"),
    path("desk/polls/<int:pk>/acts/<int:act_pk>/confirm/", polls.confirm, name="poll_confirm"),
    path("desk/polls/<int:pk>/acts/<int:act_pk>/refuse/", polls.refuse, name="poll_refuse"),
    path("desk/polls/<int:pk>/roll/", poll_roll.roll_page, name="poll_roll"),
    path("desk/polls/<int:pk>/roll/residents/", poll_roll.residents, name="poll_residents"),
    path("desk/polls/<int:pk>/roll/import/", poll_roll.import_list, name="poll_import"),
    path("desk/polls/<int:pk>/roll/import/<uuid:token>/", poll_roll.import_checked, name="poll_import_checked"),
    path("desk/polls/<int:pk>/roll/add/", poll_roll.find, name="poll_find"),
    path("desk/polls/<int:pk>/roll/add/<int:person_pk>/", poll_roll.enrol, name="poll_enrol"),
    path("desk/polls/<int:pk>/roll/<int:entry_pk>/strike/", poll_roll.strike, name="poll_strike"),
    path("desk/polls/<int:pk>/paper/", paper.paper_list, name="paper"),
    path("desk/polls/<int:pk>/paper/new/", paper.make, name="paper_new"),
    path("desk/polls/<int:pk>/paper/into-urn/", paper_keying.into_urn, name="paper_into_urn"),
    path("desk/polls/<int:pk>/paper/<int:number>/", paper.batch_page, name="paper_batch"),
    path("desk/polls/<int:pk>/paper/<int:number>/print/", paper.print_papers, name="paper_print"),
    path("desk/polls/<int:pk>/paper/<int:number>/hand-out/", paper.hand_out, name="paper_hand_out"),
    path("desk/polls/<int:pk>/paper/<int:number>/hand-out/<int:entry_pk>/", paper.give, name="paper_give"),
    path("desk/polls/<int:pk>/paper/<int:number>/handouts/<int:handout_pk>/undo/", paper.undo, name="paper_undo"),
    path(
        "desk/polls/<int:pk>/paper/<int:number>/handouts/<int:handout_pk>/exchange/",
        paper.exchange,
        name="paper_exchange",
    ),
    path("desk/polls/<int:pk>/paper/<int:number>/return/", paper.take_back, name="paper_return"),
    path("desk/polls/<int:pk>/paper/<int:number>/key/", paper_keying.key, name="paper_key"),
    path("desk/polls/<int:pk>/paper/<int:number>/key/strike/", paper_keying.strike, name="paper_strike"),
    path("desk/polls/<int:pk>/paper/<int:number>/differences/", paper_keying.differences, name="paper_differences"),
    path("desk/polls/<int:pk>/paper/<int:number>/differences/<int:serial>/", paper_keying.settle, name="paper_settle"),
    path("desk/polls/<int:pk>/paper/<int:number>/account/", paper_keying.account, name="paper_account"),
    path("vote/<int:pk>/results/", results.results, name="results"),
    path("vote/<int:pk>/results/ballots.pb", results.ballots_file, name="ballots_file"),
    path("vote/<int:pk>/results/rule.json", results.rule_file, name="rule_file"),
    path("vote/<int:pk>/results/log.json", results.log_file, name="log_file"),
    path("desk/polls/<int:pk>/result/", results.review, name="poll_result"),
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
