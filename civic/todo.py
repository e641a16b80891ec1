"""What civic brings to the desk (待办): the residents' desk and the registers (后台), where nobody waits in a queue."""

from django.urls import reverse
from django.utils.translation import gettext as _

from civic.pages import Todo, on_desk
from civic.permissions import User, allowed


@on_desk
def waiting_for(user: User) -> list[Todo]:
    """No query."""
    doors = [
        ("civic.verify_residency", _("居民核对"), "desk_residents"),
        ("civic.vouch", _("帮居民登录"), "desk_sign_in"),
        ("civic.import", _("导入"), "civic:imports"),
        ("civic.administer", _("后台"), "admin:index"),
    ]
    return [Todo(label, 0, reverse(name)) for permission, label, name in doors if allowed(user, permission)]
