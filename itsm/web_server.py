"""gunicorn's settings, in ./run and in a container alike. WSGI with threads: measured as quick as any server here,
and every line of the desk is synchronous."""

import os

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = int(os.environ.get("ITSM_WEB_PROCESSES", "2"))
threads = int(os.environ.get("ITSM_WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 8  # below the 10 s after which a supervisor ends a process by force
keepalive = 5
max_requests = 10_000  # a slow leak ends with the process that has it
max_requests_jitter = 1_000
preload_app = True  # the workers share what is loaded, and a restarted one is there at once
control_socket_disable = True  # else it writes a socket into the home folder
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # heartbeats never wait for a disk
forwarded_allow_ips = os.environ.get("ITSM_PROXIES", "127.0.0.1")
