"""gunicorn behind the reverse proxy. WEB_CONCURRENCY sets the workers of one container.

Workers × threads over all web containers, plus Celery's, stay below the database's max_connections − 10.
"""

bind = "0.0.0.0:8000"  # only the reverse proxy is on this network
worker_class = "gthread"
threads = 4
timeout = 30
graceful_timeout = 25
keepalive = 75  # longer than the proxy keeps its side
max_requests = 5000
max_requests_jitter = 500
preload_app = True  # the workers share the code's memory
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat must not wait for a disk
control_socket_disable = True
forwarded_allow_ips = "*"
