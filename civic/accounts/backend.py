"""Who is signed in (登录的人): allauth proves who somebody is, here the person is found again in each request."""

from allauth.account.auth_backends import AuthenticationBackend

from civic.composed import Composed, Given
from civic.models import Person

_people = Composed(lambda: Person.objects.filter(pk=Given("person")))


class Backend(AuthenticationBackend):
    """allauth's own backend, whose look-up of a session's person is composed once."""

    def get_user(self, user_id: int) -> Person | None:
        return next((person for person in _people(person=user_id) if self.user_can_authenticate(person)), None)
