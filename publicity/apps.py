from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "publicity"
    verbose_name = "公开"

    def ready(self) -> None:
        """Follow the projects' moves, let the clock know its jobs, the desk its queues, the outbox what it may hold."""
        from publicity import asking, permissions, receivers, register, tasks, todo  # noqa: F401
        from publicity.services import bundles  # noqa: F401
