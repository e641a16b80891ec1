"""The embedded default: pages, relay and clock in one start, for a demo or a small place on one machine."""

import socket
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils.translation import gettext as _
from gunicorn.app.base import BaseApplication

from civic import clock, outbox
from civic.models import STAFF_ROLES, Appointment, Person, Role

LEAVE_SECONDS = 5


class Command(BaseCommand):
    help = (
        "Migrate, load the demo once where DEMO is on, then serve pages, relay (待办队列) and clock (到期检查) "
        "until stopped. Exit code 1 if the port is taken."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        check_port_is_free(host, port)
        for database in connections:
            call_command("migrate", database=database, verbosity=0)
        if settings.DEMO and "load_demo" in get_commands() and not Person.objects.filter(is_demo=True).exists():
            self.stdout.write(_("正在准备演示数据……"))
            call_command("load_demo", stdout=self.stdout)
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        welcome = "\n".join(greeting(host, port))
        connections.close_all()  # the worker is a fork; a connection must not have two owners
        Server(host, port, when_ready=lambda arbiter: self.stdout.write(welcome)).run()


def check_port_is_free(host: str, port: int) -> None:
    try:
        socket.create_server((host, port)).close()
    except (OSError, OverflowError) as error:
        raise CommandError(
            _("端口 %(port)s 已被占用或不能用。换一个试试：make run PORT=%(other)s")
            % {"port": port, "other": port + 1 if 0 < port < 65535 else 8000}
        ) from error


def greeting(host: str, port: int) -> list[str]:
    """The address and, in the demo, one account per role with how to sign in."""
    lines = ["", _("微实事已启动：%(address)s（按 Ctrl-C 停止）") % {"address": f"http://{host}:{port}/"}]
    if not settings.DEMO:
        return lines
    people = Person.objects.filter(is_demo=True, phone__isnull=False)
    resident = people.filter(appointments=None).order_by("pk").first()
    held = Appointment.objects.live().filter(person__in=people).select_related("person", "area", "organisation")
    first = {post.role: post for post in reversed(held.order_by("pk"))}
    lines += ["", _("居民和议事会成员：输入手机号，验证码显示在这里和演示短信页 /demo/inbox/")]
    lines += [f"  {resident.phone}  {resident.name}"] if resident else []
    lines += [_named(first[role]) for role in Role if role in first and role not in STAFF_ROLES]
    staff = (
        _("工作人员：手机号和密码 %(password)s，再填验证码，它也显示在这里和演示短信页")
        if settings.STAFF_SECOND_FACTOR
        else _("工作人员：手机号和密码 %(password)s")
    )
    lines += ["", staff % {"password": settings.DEMO_PASSWORD}]
    lines += [_named(first[role]) for role in Role if role in first and role in STAFF_ROLES]
    return [*lines, ""]


def _named(post: Appointment) -> str:
    return f"  {post.get_role_display()}  {post.person.phone}  {post.person.name}（{post.unit_name}）"


class Server(BaseApplication):
    """gunicorn with one worker of four threads; relay and clock live and are restarted with that worker."""

    def __init__(self, host: str, port: int, when_ready: Callable[[Any], None]) -> None:
        self.settings = {
            "bind": f"{host}:{port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": 4,
            "timeout": 60,
            "graceful_timeout": LEAVE_SECONDS,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": when_ready,
            "post_worker_init": start_work_that_waits,
            "worker_exit": stop_work_that_waits,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Callable:
        return get_wsgi_application()


def start_work_that_waits(worker: Any) -> None:
    worker.stop_work = threading.Event()
    worker.work = [
        threading.Thread(target=forever, args=(worker.stop_work,), name=name, daemon=True)
        for name, forever in {"relay": outbox.relay_forever, "clock": clock.run_forever}.items()
    ]
    for thread in worker.work:
        thread.start()


def stop_work_that_waits(arbiter: Any, worker: Any) -> None:
    """Let a handler that is at work finish its transaction; what is cut off runs again at the next start."""
    if hasattr(worker, "work"):
        worker.stop_work.set()
        for thread in worker.work:
            thread.join(timeout=LEAVE_SECONDS)
