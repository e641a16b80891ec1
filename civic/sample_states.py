"""The states a component can be in (样式手册): the style guide shows each, and says of the others why they cannot occur."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATES = {
    "default": _("平常"),
    "long": _("字多的时候"),
    "empty": _("空着的时候"),
    "error": _("出了岔子"),
    "disabled": _("不能用，说明原因"),
}

READ = _("只给人看，不会填错")
STILL = _("没有可以按的东西")
LINKS = _("里面都是链接，没有按不了的时候")
ABSENT = _("没有内容就不出现")
FIXED = _("词是定好的，不会再长")
SHOWN = {"error": READ, "disabled": STILL}
LED = {"error": READ, "disabled": LINKS}

NEVER: dict[str, dict[str, str | Promise]] = {  # component: a state that cannot occur, and why
    "ballot_bar": {"disabled": _("随时可以去核对，能不能投由核对页说")},
    "breadcrumb": {"empty": _("首页总在"), **LED},
    "chart": SHOWN,
    "check_list": {"error": _("错处改完才到核对这一页"), "disabled": _("每一条都能回去改")},
    "empty_state": SHOWN | {"default": _("它就是空着的时候")},
    "error_summary": {"default": _("没有错处就不出现"), "empty": ABSENT, "disabled": LINKS},
    "evidence_gallery": LED,
    "figure_card": LED,
    "filter_bar": {"error": _("看不懂的条件当作没选"), "disabled": _("随时可以换条件")},
    "help_line": {"empty": ABSENT, **LED},
    "interruption": {"empty": _("总要说清后果"), "disabled": _("不能做的人到不了这一页")},
    "kept_files": {"disabled": _("满了再传会说明，不关掉选文件的框")},
    "lamp": SHOWN,
    "map": {"long": _("名称在点开的小框里换行"), "disabled": LINKS},
    "money_ladder": SHOWN,
    "offline_queue": {"long": FIXED, "empty": _("有网络就不出现"), "disabled": _("没有网络时按钮不出现")},
    "pagination": {"empty": _("只有一页就不出现"), "error": _("没有的页数当作最后一页")},
    "person_chip": SHOWN | {"empty": ABSENT},
    "place_map": SHOWN | {"empty": ABSENT},
    "pool_bar": {"disabled": STILL},
    "poster": SHOWN,
    "print_sheet": SHOWN,
    "progress_job": {"error": _("出错了，换成逐行的错误清单"), "disabled": _("不能取消时没有按钮")},
    "project_card": LED,
    "proxy_panel": {"disabled": _("没有代办权的人看不到")},
    "quorum_meter": {"error": READ},
    "receipt": {"error": _("没办成就没有回执"), "disabled": LINKS},
    "results_head": LED,
    "sketch_map": {"empty": _("没有找到项目就不画图"), "error": _("画在服务器上，没有加载不出来的时候")},
    "status_tag": SHOWN | {"long": FIXED, "empty": ABSENT},
    "step_bar": {"disabled": STILL},
    "stepper": {"error": _("错处写在它所在的卡片上"), "disabled": _("不能投的时候整张票只能看")},
    "timeline": LED,
    "toast": {"empty": ABSENT},
    "vote_buttons": {"empty": _("三个选项总在")},
}
