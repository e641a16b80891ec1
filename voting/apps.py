from django.apps import AppConfig


class VotingConfig(AppConfig):
    name = "voting"
    verbose_name = "议事"

    def ready(self) -> None:
        from voting import checks, receivers, tasks, todo  # noqa: F401  they register themselves
        from voting.services import urn  # noqa: F401  its batches are a job of the clock
