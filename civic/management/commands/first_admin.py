"""The way in for a new installation: everyone else is appointed in the admin site."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from civic import people
from civic.models import Appointment, Area, Role

BY = "command:first_admin"


class Command(BaseCommand):
    help = (
        "Appoint the first system administrator (系统管理员) and ask for a password. Changes nothing and exits "
        "with 1 where there is one already, the phone or password will not do, or HOME_AREA is not imported yet."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("phone")

    def handle(self, *, phone: str, **options: Any) -> None:
        if Appointment.objects.live().filter(role=Role.SYSTEM_ADMIN).exists():
            raise CommandError(_("已经有系统管理员，其他人由他在后台任命"))
        home = Area.objects.filter(pk=settings.HOME_AREA).first()
        if home is None:
            raise CommandError(_("先用 import_areas 导入地方，再任命管理员"))
        password = getpass.getpass(_("新密码："))
        try:
            validate_password(password)
            people.found(phone, password, home, by=BY)
        except (ValidationError, ValueError) as error:
            raise CommandError("；".join(getattr(error, "messages", [str(error)]))) from error
        self.stdout.write(_("已任命。在 /login/staff/ 登录，再到 /admin/ 登记单位和人员。"))
