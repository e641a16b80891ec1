"""The seed of a poll's public draw (抽签种子): a file in the key folder until the close, only its commitment anywhere else."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from civic.rules import RuleBroken
from voting.rules.ties import commitment


def make() -> str:
    """A fresh seed, kept in the key folder (mode 0600); its commitment. RuleBroken where it cannot be written."""
    seed = secrets.token_hex(32)
    promised = commitment(seed)
    try:
        settings.POLL_KEYS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(_file(promised), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(seed)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        raise RuleBroken(_("密钥目录写不进去，请找系统管理员"), code="key_folder") from None
    return promised


def reveal(promised: str) -> str:
    """The seed that was committed to (公开种子). RuleBroken if it is gone or another."""
    fault = trouble(promised)
    if fault:
        raise RuleBroken(fault, code="seed_lost")
    return _file(promised).read_text()


def trouble(promised: str) -> str:
    """What is wrong with the key folder or the seed in it, in words; empty when nothing is (密钥目录检查)."""
    folder = settings.POLL_KEYS_DIR
    try:
        if folder.stat().st_mode & 0o077:
            return _("密钥目录别人也能打开，要改成只有服务自己能读")
        if not os.access(folder, os.W_OK | os.X_OK):
            return _("密钥目录写不进去，请找系统管理员")
        seed = _file(promised).read_text()
    except OSError:
        return _("密钥目录或抽签种子不见了，请找系统管理员")
    return "" if commitment(seed) == promised else _("抽签种子和事先公布的承诺值对不上")


def _file(promised: str) -> Path:
    folder: Path = settings.POLL_KEYS_DIR
    return folder / f"{promised}.seed"
