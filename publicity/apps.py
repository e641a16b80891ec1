from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "publicity"
    verbose_name = "公开"

    def ready(self) -> None:
        """Follow the projects' moves, let the clock know its jobs and the desk its queues."""
        from publicity import asking, permissions, receivers, register, tasks, todo  # noqa: F401
