"""The API of meetings and of residents' polls: other doors to the services that the pages use."""

from voting.api.meetings import MeetingViewSet
from voting.api.polls import PollViewSet

ROUTES = (("meetings", MeetingViewSet), ("polls", PollViewSet))
