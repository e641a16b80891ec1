from django.apps import AppConfig


class CivicConfig(AppConfig):
    name = "civic"
    verbose_name = "地方与人"

    def ready(self) -> None:
        """Let the clock know its jobs and the relay its handlers."""
        from civic import files, limits, sealing  # noqa: F401
        from civic.accounts import sms  # noqa: F401
