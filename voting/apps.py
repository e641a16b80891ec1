from django.apps import AppConfig


class VotingConfig(AppConfig):
    name = "voting"
    verbose_name = "议事"

    def ready(self) -> None:
        from voting import checks, receivers, tasks, todo  # noqa: F401  they register themselves
        from voting.services import assisted, roll_uploads, station, urn  # noqa: F401  each has a job of the clock
