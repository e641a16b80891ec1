"""Sessions (登录状态) in the database, as Django keeps them; every request of somebody signed in reads one."""

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from civic.composed import Composed, Given

OWN_PHONE = "own_phone"  # a note in the session of a resident who said that the phone is hers alone
VOUCHED = "vouched"  # a note in a session that a worker's word opened (社工帮我登录): the phone was not proved
PLAIN = "plain"  # a note in the session of whoever held no office at the sign-in: it opens none that comes later
_kept = Composed(
    lambda: (
        db.SessionStore.get_model_class()
        .objects.filter(session_key=Given("key"), expire_date__gt=Given("moment"))
        .values_list("session_data")
    )
)


class SessionStore(db.SessionStore):
    """Django's own store of sessions, whose one look-up is composed once."""

    def load(self) -> dict[str, Any]:
        """What the session holds. One that is not kept has no key either: nobody names her own."""
        for (data,) in _kept(key=self.session_key, moment=timezone.now()):
            return self.decode(data)
        self._session_key = None
        return {}


def stay_signed_in(session: SessionBase) -> None:
    """Keep a resident signed in for long on her own phone (90天内不用再登录); an office ends it as any other."""
    session[OWN_PHONE] = True
    session.set_expiry(settings.OWN_PHONE_SESSION_SECONDS[0])
