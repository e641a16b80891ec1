"""Celery's door to the relay and the clock; beat starts them, twice is harmless."""

from celery import shared_task

from civic import clock, outbox


@shared_task
def relay() -> None:
    """Run what waits in the outbox (待办队列)."""
    outbox.run_due()


@shared_task
def tick() -> None:
    """Run every clock job (到期检查)."""
    clock.tick()
