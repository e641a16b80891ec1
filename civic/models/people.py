"""People (人), where they live, the units they work for and the offices they hold."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from civic.models.areas import Area
from civic.moments import now, today
from civic.words import mask_resident, mask_staff, normal_phone


class Role(models.TextChoices):
    """Roles (角色). A role counts in its area and below, within its dates, for its organisation."""

    ASSEMBLY_MEMBER = "assembly_member", _("议事会成员")
    SOCIAL_WORKER = "social_worker", _("驻村社工")
    GRID_WORKER = "grid_worker", _("网格员")
    VILLAGE_OFFICE = "village_office", _("村居两委")
    REVIEWER = "reviewer", _("部门审核")
    TOWN_HANDLER = "town_handler", _("镇街经办")
    TOWN_APPROVER = "town_approver", _("镇街审批")
    DISTRICT_OFFICE = "district_office", _("区专班")
    SPONSOR = "sponsor", _("领办领导")
    CONTRACTOR = "contractor", _("施工单位")
    SUPERVISOR = "supervisor", _("监督小组")
    AUDITOR = "auditor", _("审计")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


STAFF_ROLES = frozenset(Role) - {Role.ASSEMBLY_MEMBER}


class ViewSize(models.TextChoices):
    """How large somebody wants the pages (长辈版)."""

    STANDARD = "standard", _("标准")
    ELDER = "elder", _("大")
    ELDER_XL = "elder-xl", _("特大")


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, phone: str) -> "Person":
        """Sign-in by phone, however it is typed."""
        return self.get(phone=normal_phone(phone))

    def create_person(self, phone: str | None, name: str, password: str | None = None, **extra) -> "Person":
        """A person with a normalised phone; no password means sign-in by code only."""
        person = self.model(phone=normal_phone(phone) if phone else None, name=name, **extra)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """A person (人): the user model. The name and phone are private; the public sees a masked name.

    Someone entered by a social worker may have no phone. There is no superuser: rank opens nothing.
    """

    phone = models.CharField(_("手机号"), max_length=14, unique=True, null=True, blank=True)
    phone_verified_at = models.DateTimeField(_("手机核对时间"), null=True, blank=True)
    name = models.CharField(_("姓名"), max_length=40, blank=True)
    home_area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("常看的地方")
    )
    view_size = models.CharField(
        _("看页面的字号"), max_length=8, choices=ViewSize, blank=True, db_default="", default=""
    )
    is_active = models.BooleanField(_("可用"), default=True)
    is_demo = models.BooleanField(_("演示账号"), default=False)
    erased_at = models.DateTimeField(_("注销时间"), null=True, blank=True)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    USERNAME_FIELD = "phone"
    is_vouched = False  # set for a request whose session stands on a worker's word alone (civic.sessions.VOUCHED)
    is_plain = False  # set for a request whose session began without an office (civic.sessions.PLAIN)
    objects = PersonManager()

    class Meta:
        verbose_name = verbose_name_plural = _("人")
        constraints = [
            models.CheckConstraint(
                condition=Q(phone=None) | Q(phone__regex=r"^\+861[3-9][0-9]{9}$"), name="person_phone_normal"
            ),
            models.CheckConstraint(condition=Q(view_size__in=["", *ViewSize.values]), name="person_view_size_known"),
        ]

    def __str__(self) -> str:
        return self.public_name

    @property
    def public_name(self) -> str:
        """The masked name residents see: 王**."""
        return mask_resident(self.name)

    @property
    def staff_name(self) -> str:
        """The masked name of a person in office: 李*."""
        return mask_staff(self.name)

    def get_full_name(self) -> str:
        """Who is signed in, as the admin site shows it."""
        return self.staff_name

    @cached_property
    def held_appointments(self) -> list["Appointment"]:
        """The offices held today, loaded once per request."""
        return list(self.appointments.live().select_related("area", "organisation"))

    @cached_property
    def live_appointments(self) -> list["Appointment"]:
        """Those of them that count in this request: of staff none in a session that began without an office."""
        return [office for office in self.held_appointments if not (self.is_plain and office.role in STAFF_ROLES)]

    @property
    def holds_office(self) -> bool:
        """Whether the person holds any staff role today, whatever the session."""
        return any(office.role in STAFF_ROLES for office in self.held_appointments)

    @property
    def is_office(self) -> bool:
        """Whether the person acts in a staff role today (工作人员)."""
        return any(a.role in STAFF_ROLES for a in self.live_appointments)

    @property
    def is_staff(self) -> bool:
        """Whether the admin site opens at all: only for the system administrator (系统管理员)."""
        return any(a.role == Role.SYSTEM_ADMIN for a in self.live_appointments)

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Django's own permissions serve the admin site alone; nothing else asks them."""
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class OrganisationKind(models.TextChoices):
    DEPARTMENT = "department", _("职能部门")
    TOWN_OFFICE = "town_office", _("镇街政府")
    VILLAGE_OFFICE = "village_office", _("村居两委")
    SOCIAL_WORK = "social_work", _("社工机构")
    CONTRACTOR = "contractor", _("承接单位")
    PARTNER = "partner", _("共建单位")
    FOUNDATION = "foundation", _("基金会")


class Organisation(models.Model):
    """A unit (单位): a department, a town office, a social-work body, a contractor, a partner, a foundation."""

    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=20, choices=OrganisationKind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="organisations", verbose_name=_("所在地"))
    duty = models.CharField(
        _("审核领域"), max_length=20, blank=True, help_text=_("轮次规则按此找部门，如 建设、民政、财政")
    )
    phone = models.CharField(_("公开电话"), max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("单位")
        constraints = [
            models.UniqueConstraint(fields=["area", "name"], name="organisation_once_per_area"),
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_area_id(self) -> str:
        return self.area_id


class ResidencyBasis(models.TextChoices):
    HOUSEHOLD = "household", _("户籍")
    LIVING = "living", _("居住")
    WORK = "work", _("工作")
    STUDY = "study", _("就学")


class Residency(models.Model):
    """That a person lives, works or studies in a village (居民身份), verified by a named worker."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="residencies", verbose_name=_("居民"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("村居"))
    basis = models.CharField(_("身份"), max_length=12, choices=ResidencyBasis, default=ResidencyBasis.LIVING)
    how_verified = models.CharField(_("怎样核对"), max_length=100)
    verified_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("核对人"))
    verified_at = models.DateTimeField(_("核对时间"), default=now)
    ended_on = models.DateField(_("失效日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("居民身份")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "area"], condition=Q(ended_on=None), name="residency_once_while_it_lasts"
            ),
            models.CheckConstraint(condition=Q(basis__in=ResidencyBasis.values), name="residency_basis_known"),
            models.CheckConstraint(condition=~Q(person=F("verified_by")), name="residency_not_self_verified"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.area_id}"

    @property
    def audit_area_id(self) -> str:
        return self.area_id


class AppointmentQuerySet(models.QuerySet):
    def live(self, on=None) -> "AppointmentQuerySet":
        """Appointments in force on a day (today). On ``ends_on`` itself the office is over already."""
        on = on or today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)


class Appointment(models.Model):
    """An office held (任职): a role in an area, for a unit, from a day to a day."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments", verbose_name=_("人"))
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    area = models.ForeignKey(Area, models.PROTECT, related_name="appointments", verbose_name=_("范围"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name=_("单位")
    )
    post = models.CharField(_("岗位"), max_length=40, blank=True)
    starts_on = models.DateField(_("开始"), default=today)
    ends_on = models.DateField(_("结束（当天起失效）"), null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("任职")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="appointment_role_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="appointment_dates_in_order"
            ),
        ]
        indexes = [models.Index(fields=["role", "area"], name="appointment_role_area")]

    def __str__(self) -> str:
        return f"{self.unit_name} {self.get_role_display()}"

    @property
    def unit_name(self) -> str:
        """The unit as the public reads it: 镇建设办, or the place where there is no unit."""
        return self.organisation.name if self.organisation else self.area.short_name

    @property
    def public_name(self) -> str:
        """Who holds it as the public reads it: 镇建设办 经办岗 周*."""
        return f"{self.unit_name} {self.post or self.get_role_display()} {self.person.staff_name}".rstrip()

    @property
    def audit_area_id(self) -> str:
        return self.area_id
