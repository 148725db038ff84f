"""A person at a browser: Debian's Chromium, driven by what is to be seen on the page."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

CHROMIUM = Path("/usr/bin/chromium")
CHROMEDRIVER = Path("/usr/bin/chromedriver")
PAGE_S = 20.0  # for what the page does by itself, on a busy machine

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    # Without these it looks for hosts of its maker, which no test may depend on.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # A machine whose only network is loopback has no other address to offer.
    "--allow-loopback-in-peer-connection",
)
WIDE = (1440, 900)
NARROW = (390, 844)


@contextmanager
def browser(profile: Path, *, microphone: Path | None = None, camera: Path | None = None) -> Iterator[BrowserPage]:
    """A headless Chromium with an empty profile; microphone and camera play these files, else noises of its own."""
    options = Options()
    options.binary_location = str(CHROMIUM)
    for flag in (*_FLAGS, f"--user-data-dir={profile}", "--lang=en"):
        options.add_argument(flag)
    if microphone is not None:
        options.add_argument(f"--use-file-for-fake-audio-capture={microphone}")
    if camera is not None:
        options.add_argument(f"--use-file-for-fake-video-capture={camera}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(CHROMEDRIVER)))
    try:
        yield BrowserPage(driver)
    finally:
        driver.quit()


class BrowserPage:
    """One tab. Every wait fails the test with what the page shows instead."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self.look(WIDE)

    def open(self, url: str) -> None:
        """Goes to an address."""
        self._driver.get(url)

    def reload(self) -> None:
        """Loads the page anew."""
        self._driver.refresh()

    @property
    def path(self) -> str:
        """The address within the site."""
        return str(self._driver.execute_script("return location.pathname"))

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return str(self._driver.find_element(By.TAG_NAME, "body").text)

    def look(self, size: tuple[int, int], *, dark: bool = False) -> None:
        """Sets the window's size and colour scheme."""
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self._driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})

    def screenshot(self, path: Path) -> None:
        """Saves the page, from its top to its end, as PNG."""
        size = self._driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 6000), "scale": 1}
        options = {"format": "png", "captureBeyondViewport": True, "clip": clip}
        shot = self._driver.execute_cdp_cmd("Page.captureScreenshot", options)
        path.write_bytes(base64.b64decode(shot["data"]))

    def errors(self) -> list[str]:
        """What went wrong on the page since the last call: errors of scripts, policy violations, failed loads."""
        return [entry["message"] for entry in self._driver.get_log("browser") if entry["level"] == "SEVERE"]

    def until(self, holds: Callable[[], object], what: str, timeout_s: float = PAGE_S) -> None:
        """Waits until ``holds()``; ``what`` says in words what was waited for."""

        def attempt(_: object) -> object:
            try:
                return holds()
            except StaleElementReferenceException:
                return False  # the page changed while it was read: look again

        try:
            WebDriverWait(self._driver, timeout_s, poll_frequency=0.1).until(attempt)
        except TimeoutException:
            raise AssertionError(f"after {timeout_s:g} s not yet: {what}\n{self.path}\n{self.text}") from None

    def find(self, css: str, timeout_s: float = PAGE_S) -> WebElement:
        """The first element that matches, as soon as there is one to be seen."""
        found: list[WebElement] = []

        def seen() -> bool:
            found[:] = [
                element for element in self._driver.find_elements(By.CSS_SELECTOR, css) if element.is_displayed()
            ]
            return bool(found)

        self.until(seen, f"an element {css}", timeout_s)
        return found[0]

    def has(self, css: str) -> bool:
        """Whether there is such an element."""
        return bool(self._driver.find_elements(By.CSS_SELECTOR, css))

    def read(self, css: str) -> str:
        """The text of the first element that matches; empty if there is none."""
        script = "return document.querySelector(arguments[0])?.textContent ?? ''"
        return str(self._driver.execute_script(script, css)).strip()

    def press(self, name: str, timeout_s: float = PAGE_S) -> None:
        """Presses the button or follows the link with this name, as soon as it can be."""

        def pressed() -> bool:
            for element in self._driver.find_elements(By.CSS_SELECTOR, "button, a"):
                if element.is_displayed() and element.is_enabled() and element.text.strip() == name:
                    element.click()
                    return True
            return False

        self.until(pressed, f"something to press that is called {name!r}", timeout_s)

    def fill(self, label: str, value: str) -> None:
        """Types into the field with this label."""
        field = self._field(label)
        field.clear()
        field.send_keys(value)

    def choose(self, label: str, option: str) -> None:
        """Chooses from the list with this label."""
        Select(self._field(label)).select_by_visible_text(option)

    def tick(self, label: str) -> None:
        """Ticks the box whose label begins so; it must not be ticked yet."""
        box = self._find_by_xpath(
            f"//label[starts-with(normalize-space(.), {_quoted(label)})]//input[@type='checkbox']"
        )
        assert not box.is_selected(), f"{label!r} is ticked beforehand"
        box.click()

    def pick(self, label: str) -> None:
        """Picks the radio button whose label begins so."""
        self._find_by_xpath(f"//label[starts-with(normalize-space(.), {_quoted(label)})]//input[@type='radio']").click()

    def _field(self, label: str) -> WebElement:
        tied = self._find_by_xpath(f"//label[normalize-space(.)={_quoted(label)}]").get_attribute("for")
        return self.find(f"[id='{tied}']")

    def _find_by_xpath(self, xpath: str) -> WebElement:
        self.until(lambda: self._driver.find_elements(By.XPATH, xpath), xpath)
        element: WebElement = self._driver.find_element(By.XPATH, xpath)
        return element


def unique_email() -> str:
    """An address that no other test uses."""
    return f"candidate-{time.time_ns()}@example.com"


def _quoted(text: str) -> str:
    return f'"{text}"'
