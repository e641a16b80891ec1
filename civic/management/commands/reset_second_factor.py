"""The way back for the only administrator who lost the phone: whoever runs the machine takes the app away."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from civic import people
from civic.accounts.queries import by_phone
from civic.rules import RuleBroken, normal_phone

BY = "command:reset_second_factor"


class Command(BaseCommand):
    help = (
        "Void the authenticator app and the recovery codes of one person in office (重设登录第二步), where no other "
        "administrator can. Recorded, and told in the inbox. Exits with 1 where nobody has the phone or no app is bound."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("phone")
        parser.add_argument("--reason", required=True)

    def handle(self, *, phone: str, reason: str, **options: Any) -> None:
        try:
            person = by_phone(normal_phone(phone))
            if person is None:
                raise CommandError(_("没有这个手机号的账号"))
            people.reset_second_factor(person, by=BY, reason=reason)
        except (RuleBroken, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("已重设。下次登录收短信验证码，发不了短信的先绑定新的身份验证器。"))
