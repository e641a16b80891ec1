from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "publicity"
    verbose_name = "公开"

    def ready(self) -> None:
        """Follow the projects' moves and let the clock know its jobs."""
        from publicity import permissions, receivers, tasks  # noqa: F401
