"""A real browser for tests: Debian's chromium, without a window, told what to do over its own debugging protocol."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import websocket

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="there is no chromium here (Debian: apt-get install chromium)")
PATIENCE = 60  # seconds


class Page:
    """A tab of the browser."""

    def __init__(self, address: str):
        self._socket = websocket.create_connection(address, timeout=2 * PATIENCE, suppress_origin=True)
        self._number = 0
        self.requests: list[str] = []  # every address that was asked for
        self.errors: list[str] = []  # what went wrong in its scripts, or was refused by its policy
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.tell(f"{domain}.enable")

    def tell(self, method: str, **parameters: Any) -> dict:
        """Ask the browser for something and wait until it has answered."""
        self._number += 1
        number = self._number
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            self._note(message)
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def _note(self, message: dict) -> None:
        found = message.get("params", {})
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(found["request"]["url"])
        elif message.get("method") == "Page.javascriptDialogOpening":  # "leave this page?": yes
            self._number += 1
            self._socket.send(json.dumps({"id": self._number, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}))
        elif message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(found["exceptionDetails"].get("text")))
        elif message.get("method") == "Log.entryAdded" and found["entry"]["level"] == "error":
            self.errors.append(found["entry"]["text"])

    def look(self, width: int, height: int = 900, dark: bool = False) -> None:
        """Be so many pixels wide and high, by daylight or in the dark."""
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.tell("Emulation.setEmulatedMedia", features=features)

    def open(self, address: str) -> None:
        """Go to an address and wait until all of it is there."""
        self.tell("Page.navigate", url=address)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script: str) -> Any:
        """The value of a script's last expression, awaited where it promises one."""
        found = self.tell("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise RuntimeError(str(found["exceptionDetails"]))
        return found["result"].get("value")

    def wait(self, condition: str, patience: float = PATIENCE) -> None:
        """Wait until an expression is true; TimeoutError where it does not become so."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            with suppress(RuntimeError):  # it may be on its way to another page
                if self.run(f"new Promise(done => setTimeout(() => done(Boolean({condition})), 50))"):
                    return
        raise TimeoutError(f"it never came true that {condition}")

    def picture(self, path: Path, whole: bool = False) -> None:
        """Write what is seen, or the whole page, as a PNG."""
        taken = self.tell("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(taken["data"]))

    def printed(self) -> bytes:
        """The page as a PDF on A4."""
        return base64.b64decode(self.tell("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])


@contextmanager
def browser() -> Iterator[Page]:
    """A tab in a browser of its own, which knows nothing and leaves nothing."""
    folder = tempfile.mkdtemp()
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--remote-debugging-port=0"]
    started = subprocess.Popen([CHROMIUM, *options, f"--user-data-dir={folder}", "about:blank"], stderr=subprocess.DEVNULL)
    try:
        port = Path(folder) / "DevToolsActivePort"
        deadline = time.monotonic() + PATIENCE
        while not (port.is_file() and port.read_text().count("\n")):
            if started.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("chromium did not start")
            time.sleep(0.05)
        number = port.read_text().split("\n")[0]
        yield Page(_tab(number))
    finally:
        started.terminate()
        started.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _tab(port: str) -> str:
    """The address at which the first tab is spoken to."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=PATIENCE) as answer:
        return next(tab["webSocketDebuggerUrl"] for tab in json.load(answer) if tab["type"] == "page")
