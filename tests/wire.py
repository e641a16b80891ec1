"""A wire between the browser and the server that can be cut.

Chromium's own offline switch is told to each page and worker after it has started: a page that is loaded anew while it
is on may reach the server before. Nothing passes a wire that is cut.
"""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

import pytest


class Wire:
    """Passes bytes from a port of its own to ``url``'s port until it is ``cut``, and again once it is ``mended``."""

    def __init__(self, url):
        self._to = (urlsplit(url).hostname, urlsplit(url).port)
        self._door = socket.create_server(("localhost", 0))
        self._open, self._is_cut, self._lock = set(), False, threading.Lock()
        self.url = f"http://localhost:{self._door.getsockname()[1]}"
        threading.Thread(target=self._answer, daemon=True).start()

    def cut(self):
        """Ends what is connected and lets nothing through."""
        with self._lock:
            self._is_cut = True
            ends, self._open = self._open, set()
        for end in ends:
            with suppress(OSError):  # gone by itself meanwhile
                end.shutdown(socket.SHUT_RDWR)

    def mend(self):
        """Lets everything through again."""
        with self._lock:
            self._is_cut = False

    def close(self):
        self.cut()
        self._door.close()

    def _answer(self):
        while True:
            try:
                near, _address = self._door.accept()
            except OSError:
                return  # closed
            with self._lock:
                if self._is_cut:
                    near.close()
                    continue
                far = socket.create_connection(self._to)
                self._open |= {near, far}
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, here, there):
        with suppress(OSError):  # cut while bytes were under way
            while some := here.recv(65536):
                there.sendall(some)
        with suppress(OSError):
            there.shutdown(socket.SHUT_RDWR)  # wakes the thread of the other direction
        here.close()
        with self._lock:
            self._open.discard(here)


@pytest.fixture
def wire(live_server):
    """The only way to the server for ``new_page(person, at=wire.url)``."""
    wire = Wire(live_server.url)
    yield wire
    wire.close()
