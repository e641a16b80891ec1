"""Who follows a project's moves, in the same transaction (随项目走)."""

from proposals.services import beside, contacting, moves, reviews

moves.after_move(reviews.follow)
moves.after_move(beside.follow)
moves.after_move(contacting.follow)
