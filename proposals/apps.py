from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = "提议"

    def ready(self) -> None:
        """Let the reviews follow a project's moves, and the clock know its jobs."""
        from proposals import receivers, tasks  # noqa: F401
