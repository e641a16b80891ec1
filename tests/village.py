"""A small village with everyone a project meets on its way, and a clock that the whole product follows.

People, units, an assembly of three and a pool are rows; everything that happens to a project afterwards is done
in the browser.
"""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from civic import clock, files, moments, outbox
from civic.models import Attachment, Organisation, OrganisationKind, Person, Role
from delivery.models import Pool
from proposals.models import Round
from tests import make
from voting.models import Assembly

POOL_YUAN = Decimal("500000.00")
SURNAMES = "赵钱孙"


class Clock:
    """Stands in for `civic.moments._told`: every thread, the live server's too, reads the real time moved on."""

    def __init__(self, told):
        self.told, self.ahead = told, timedelta()
        self.set, self.reset = told.set, told.reset

    def get(self):
        return self.told.get() or timezone.now() + self.ahead

    def pass_days(self, days: int) -> None:
        """So many days go by, and the clock job and the relay do what has fallen due."""
        self.ahead += timedelta(days=days)
        clock.tick()
        outbox.run_due()

    @classmethod
    def wind(cls, monkeypatch) -> "Clock":
        wound = cls(moments._told)
        monkeypatch.setattr(moments, "_told", wound)
        return wound


class Village:
    """测试甲村 with its people by office; ``round`` takes proposals now, with the default rules."""

    def __init__(self) -> None:
        make.areas()
        self.round: Round = make.round_(name="测试年度民生微实事")
        self.office = self._unit("测试甲村委会", OrganisationKind.VILLAGE_OFFICE, make.VILLAGE)
        self.town = self._unit("测试镇政府", OrganisationKind.TOWN_OFFICE, make.TOWN)
        self.builder = self._unit("测试建筑队", OrganisationKind.CONTRACTOR, make.DISTRICT)
        social = self._unit("测试社工站", OrganisationKind.SOCIAL_WORK, make.DISTRICT)
        self.departments = {
            duty: make.organisation(f"测试{duty}局", at=make.DISTRICT, duty=duty) for duty in ("建设", "财政", "民政")
        }
        self.proposer, self.neighbour = make.resident(name="王阿婆"), make.resident(name="林阿强")
        self.worker = make.officer(Role.SOCIAL_WORKER, organisation=social, name="陈社工")
        self.chair = make.officer(Role.VILLAGE_OFFICE, organisation=self.office, name="黄主任")
        self.reviewers = {
            duty: make.officer(Role.REVIEWER, make.DISTRICT, organisation=unit, name=f"李{duty}")
            for duty, unit in self.departments.items()
        }
        self.handler = make.officer(Role.TOWN_HANDLER, make.TOWN, organisation=self.town, name="周经办")
        self.approver = make.officer(Role.TOWN_APPROVER, make.TOWN, organisation=self.town, name="郑镇长")
        self.contractor = make.officer(Role.CONTRACTOR, make.DISTRICT, organisation=self.builder, name="吴工头")
        self.supervisors = [make.officer(Role.SUPERVISOR, name=name) for name in ("冯监督", "褚监督")]
        self.members: list[Person] = [make.officer(Role.ASSEMBLY_MEMBER, name=f"{s}议事") for s in SURNAMES]
        self.assembly = Assembly.objects.create(area=make.area(), name="测试甲村居民议事会")
        self.pool = Pool.objects.create(area=make.area(make.TOWN), round=self.round, amount_yuan=POOL_YUAN)

    @property
    def names(self) -> list[str]:
        """Full names nobody may read in public."""
        return list(Person.objects.values_list("name", flat=True))

    @staticmethod
    def _unit(name: str, kind: OrganisationKind, at: str) -> Organisation:
        return make.organisation(name, kind=kind, at=at)


def photo(name: str = "现场.jpg") -> dict:
    """A picture as the file picker hands it over."""
    out = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def pdf(name: str = "纪要.pdf") -> dict:
    """A scanned paper as the file picker hands it over."""
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    return {"name": name, "mimeType": "application/pdf", "buffer": body + b"trailer<</Root 1 0 R>>\n%%EOF\n"}


def kept(given: dict, by: Person) -> Attachment:
    """A file as somebody handed it in before."""
    return files.keep(SimpleUploadedFile(given["name"], given["buffer"], given["mimeType"]), by=by)
