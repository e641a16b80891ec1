"""What delivery does in the same transaction when a project moves elsewhere (随项目走)."""

from delivery.services import approvals, rectifying
from proposals.services import moves

moves.after_move(approvals.follow)
moves.after_move(rectifying.follow)
