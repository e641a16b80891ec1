from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "proposals"
    verbose_name = "提议"

    def ready(self) -> None:
        """Let the reviews follow a project's moves, the clock know its jobs and the desk its queues."""
        from proposals import importing, permissions, receivers, tasks, todo  # noqa: F401
