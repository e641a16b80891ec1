"""What a hung Redis leaves of Celery's worker: it must take the next message when Redis is back."""

import pytest
from kombu import Connection, Queue
from kombu.transport import redis as kombu_redis

from config import broker
from tests import services
from tests.drill.machines import Redis

IMPATIENT = {"socket_timeout": 0.1, "socket_connect_timeout": 0.1}


@pytest.fixture
def redis():
    with services.work_folder("weishishi-broker-") as folder:
        machine = Redis(folder)
        machine.start()
        yield machine
        machine.wake()
        machine.stop()


@pytest.mark.parametrize(
    ("transport", "goes_on"), [(broker.Transport, True), (kombu_redis.Transport, False)], ids=["ours", "control"]
)
def test_a_message_redis_could_not_acknowledge_does_not_hold_the_workers_place(redis, transport, goes_on):
    with Connection(redis.url, transport=transport, transport_options=IMPATIENT) as connection:
        taken = []
        queue = Queue("q")
        with connection.channel() as channel, connection.Producer() as producer:
            channel.basic_qos(0, 1, False)
            producer.publish({"n": 1}, routing_key="q", declare=[queue])
            with connection.Consumer(queue, channel=channel, callbacks=[lambda _body, message: taken.append(message)]):
                connection.drain_events(timeout=5)
                redis.hang()
                taken[0].ack_log_error(_Quiet(), connection.connection_errors)
                redis.wake()

                assert channel.qos.can_consume() is goes_on


class _Quiet:
    def critical(self, *_args, **_kwargs):
        """Celery only logs it."""
