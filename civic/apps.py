from django.apps import AppConfig


class CivicConfig(AppConfig):
    name = "civic"
    verbose_name = "地方与人"

    def ready(self) -> None:
        """Let the clock know its jobs, the relay its handlers and the desk its queues."""
        from civic import files, limits, sealing, todo  # noqa: F401
        from civic.accounts import helper, sms  # noqa: F401
        from civic.imports import areas, residents, services, staff  # noqa: F401
