from django.apps import AppConfig


class VotingConfig(AppConfig):
    name = "voting"
    verbose_name = "议事"

    def ready(self) -> None:
        from voting import receivers  # noqa: F401  listens to civic.audit.happened
