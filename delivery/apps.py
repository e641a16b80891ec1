from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "delivery"
    verbose_name = "实施"

    def ready(self) -> None:
        from delivery import handling, importing, precedents, receivers, tasks, todo  # noqa: F401  they register themselves
