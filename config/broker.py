"""Celery's Redis transport, as CELERY_BROKER_TRANSPORT names it, with one fault of the library mended.

A worker takes one message at a time (prefetch 1). kombu frees the place once Redis has acknowledged the message; when
Redis hangs at that moment, Celery logs the failure and swallows it, the place is never free again, and the worker
waits for ever while everything looks well. Here the place is freed first. Redis keeps such a message as unacknowledged
and gives it out again after the visibility timeout; what our tasks do may be done twice.
"""

from kombu.transport import redis, virtual


class QoS(redis.QoS):
    def ack(self, delivery_tag: str) -> None:
        """Let go of the message whether or not Redis takes it."""
        virtual.QoS.ack(self, delivery_tag)
        super().ack(delivery_tag)


class Channel(redis.Channel):
    QoS = QoS


class Transport(redis.Transport):
    Channel = Channel
