from django.apps import AppConfig


class VotingConfig(AppConfig):
    name = "voting"
    verbose_name = "议事"

    def ready(self) -> None:
        from voting import receivers, todo  # noqa: F401  they register themselves
