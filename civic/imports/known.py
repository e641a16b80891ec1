"""People as tables name them (认人): found by phone, and then the name must agree; new ones are made in one statement."""

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from civic.imports.kinds import CHUNK, chunks
from civic.models import Area, Person


class People:
    """Whoever the phones of a file belong to, and who is new."""

    def __init__(self, phones: Iterable[str]) -> None:
        self.by_phone: dict[str, Person] = {}
        self.new: list[Person] = []
        for part in chunks(phones):
            self.by_phone |= {one.phone: one for one in Person.objects.filter(phone__in=part) if one.phone}

    def of(self, name: str, phone: str | None, home: Area | None = None) -> Person:
        """The person with the phone, or a new one. ValueError where the phone is somebody else's."""
        person = self.by_phone.get(phone or "")
        if person is None:
            person = Person(name=name, phone=phone, home_area=home, password=make_password(None))
            self.new.append(person)
            if phone:
                self.by_phone[phone] = person
        elif person.name and "".join(person.name.split()) != "".join(name.split()):
            raise ValueError(_("这个手机号登记的不是这个姓名，请核对"))  # whose it is, a list of guesses must not tell
        return person

    def save(self) -> None:
        """Write who is new: no password, and a phone that nobody has proved to hold."""
        Person.objects.bulk_create(self.new, batch_size=CHUNK)
