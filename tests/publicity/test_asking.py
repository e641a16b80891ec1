"""What is asked right after an act (办完事再问): whether to be told in WeChat, the same after each act."""

import pytest

from tests import make

pytestmark = pytest.mark.django_db


class Chat:
    """A provider of WeChat that reaches everybody."""

    def reaches(self, person):
        return True


def test_proposing_and_seconding_ask_the_same_and_only_whom_it_concerns(client, settings):
    settings.MESSAGE_PROVIDERS = {"wechat": f"{__name__}.Chat", "email": ""}
    project, block = make.project(), 'data-test="wechat"'
    receipt, page = f"/propose/done/{project.code}/", f"/p/{project.code}/"
    client.force_login(project.proposer)
    assert block in client.get(receipt).content.decode()
    client.force_login(make.person())

    seconded = client.post(f"{page}second/", follow=True)

    assert seconded.redirect_chain == [(f"{page}?just=1", 302)]
    assert f'action="{page}follow/" {block}' in seconded.content.decode()
    assert block not in client.get(page).content.decode()
    client.logout()
    assert block not in client.get(f"{page}?just=1").content.decode()
