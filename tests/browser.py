"""A headless Chromium, driven over its DevTools protocol: what a page says, asks for and shows."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import websocket

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--mute-audio",
)


def find() -> str | None:
    """Path of a Chromium: ``POSE_BROWSER``, or the first known name on the search path."""
    return os.environ.get("POSE_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Page:
    """One tab. Errors and requests pile up from :meth:`open` on."""

    call: Callable[..., dict[str, Any]]
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    loaded: bool = False

    def open(self, address: str, timeout: float = 60.0) -> None:
        self.errors.clear()
        self.requests.clear()
        self.loaded = False
        self.call("Page.navigate", url=address)
        self.wait(lambda: self.loaded, f"{address} to load", timeout)

    def run(self, script: str) -> Any:
        """The value of an expression in the page; a promise is waited for.

        A page that redirects to another may leave in between; the other one is then asked.
        """
        asked = {"expression": script, "returnByValue": True, "awaitPromise": True}
        try:
            answer = self.call("Runtime.evaluate", **asked)
        except RuntimeError as error:
            if "target navigated" not in str(error):
                raise
            answer = self.call("Runtime.evaluate", **asked)
        if "exceptionDetails" in answer:
            raise AssertionError(f"the script failed in the page: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, ready: Callable[[], object], what: str, timeout: float = 30.0) -> None:
        end = time.monotonic() + timeout
        while not ready():
            if time.monotonic() > end:
                raise AssertionError(f"waited {timeout:.0f} s for {what}; errors: {self.errors}")
            self.run("0")
            time.sleep(0.02)

    def resize(self, width: int, height: int, *, mobile: bool = False) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )

    def picture(self, clip: dict[str, float] | None = None) -> bytes:
        """A PNG of the window, or of a part of the whole page."""
        more = {"clip": {**clip, "scale": 1}, "captureBeyondViewport": False} if clip else {}
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", **more)["data"])

    def note(self, method: str, event: dict[str, Any]) -> None:
        """Keep what the browser reports."""
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Network.requestWillBeSent":
            self.requests.append(event["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = event["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and event["type"] in ("error", "assert"):
            self.errors.append(" ".join(str(a.get("value", a.get("description"))) for a in event["args"]))
        elif method == "Log.entryAdded" and event["entry"]["level"] == "error":
            entry = event["entry"]
            self.errors.append(f"{entry['text']} {entry.get('url', '')}".strip())


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, asked: list[str], **options: Any) -> None:
        self.asked = asked
        super().__init__(*arguments, **options)

    def log_request(self, *_: object) -> None:
        self.asked.append(self.path)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """A server of a folder at a free port of this machine: its address, and the paths it was asked for."""
    asked: list[str] = []
    with ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(_Handler, asked=asked, directory=str(folder))
    ) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a page that is left breaks off
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def browse(program: str, profile: Path) -> Iterator[Page]:
    """Start a browser with a profile of its own, and open an empty tab in it."""
    # Chromium refuses to build its sandbox for root, as in most containers.
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else []), f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        [program, *flags, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = _address(process, profile / "DevToolsActivePort")
        socket = websocket.create_connection(address, timeout=60, suppress_origin=True)
        try:
            yield _tab(socket)
        finally:
            socket.close()
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], port_file: Path) -> str:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the browser stopped with exit code {process.returncode}")
        lines = port_file.read_text().split() if port_file.is_file() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise RuntimeError("the browser did not open its port within 60 s")


def _tab(socket: websocket.WebSocket) -> Page:
    numbers = itertools.count(1)
    session: dict[str, str] = {}

    def call(method: str, **parameters: Any) -> dict[str, Any]:
        number = next(numbers)
        socket.send(json.dumps({"id": number, "method": method, "params": parameters, **session}))
        while True:
            message = json.loads(socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return dict(message["result"])
            if "method" in message:
                page.note(message["method"], message["params"])

    page = Page(call)
    target = call("Target.createTarget", url="about:blank")["targetId"]
    session["sessionId"] = call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Network", "Log"):
        call(f"{domain}.enable")
    return page
