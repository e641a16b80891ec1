from django.apps import AppConfig


class WishesConfig(AppConfig):
    name = "wishes"
    verbose_name = "民声黑板"

    def ready(self) -> None:
        """Let the clock know its jobs and the desk its queue."""
        from wishes import tasks, todo  # noqa: F401
