"""A station for tests: an open poll, a worker of its village, somebody who comes, and what shows consent."""

from dataclasses import dataclass
from io import BytesIO
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from civic.models import Attachment, Person, Role
from tests import make
from tests.voting.polls import build
from voting.models import RollEntry
from voting.services import assisted, station


@dataclass
class Station:
    office: build.Office
    worker: Person
    entry: RollEntry

    @property
    def poll(self):
        return self.office.poll

    @property
    def codes(self) -> list[str]:
        return [project.code for project in self.office.projects]

    def path(self, name: str, *args) -> str:
        return reverse(f"voting:{name}", args=[self.poll.pk, *args])

    def on_screen(self, client, worker: Person | None = None) -> str:
        """The address of the voter's screen, opened through the worker's page."""
        client.force_login(worker or self.worker)
        return client.post(self.path("station_open", self.entry.pk), {"paper": "id_card"}).url

    def opened(self, session: str = "s1", **more) -> str:
        """The token of a screen."""
        values = {"by": self.worker, "session": session, "paper": "id_card"} | more
        return station.open_screen(self.entry, **values)

    def enter(self, choices: dict[str, int], *, by: Person | None = None, entry: RollEntry | None = None):
        """A vote entered for the voter by a worker."""
        by = by or self.worker
        evidence = {"reason": "sight", "witness": "陈测试，女儿", "documents": [consent(by)]}
        return assisted.enter(entry or self.entry, choices, by=by, **evidence)


def station_of(**more) -> Station:
    office = build.opened(rules={"ballot_limit": 2}, **more)
    entry = build.on_roll(office.poll, make.person("陈阿婆"), household="12", area=make.area())
    return Station(office, make.officer(Role.SOCIAL_WORKER), entry)


def consent(by: Person) -> Attachment:
    """A private photo, as the form leaves it."""
    number = uuid4().hex
    return Attachment.objects.create(kind="photo", sha256=number, bytes=1, uploaded_by=by, file=f"{number}.webp")


def picture() -> SimpleUploadedFile:
    held = BytesIO()
    Image.new("RGB", (8, 8)).save(held, "JPEG")
    return SimpleUploadedFile("a.jpg", held.getvalue(), "image/jpeg")
