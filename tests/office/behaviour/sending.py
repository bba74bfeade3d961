"""A form of a page, sent without a browser: at the same moment as another one, or a second time."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tests.office.behaviour import world
from tests.office.behaviour.running import Office

__all__ = ["Form", "ask", "at_once"]

_TOKEN = "t" * 32


def ask(office: Office, session: str, path: str, fields: dict[str, Any] | None = None) -> tuple[int, str]:
    """Ask the office for a page, or send it a form; the last status and text after all redirects."""
    data = None if fields is None else urllib.parse.urlencode(fields).encode()
    headers = {"Cookie": f"sessionid={session}; csrftoken={_TOKEN}", "X-CSRFToken": _TOKEN}
    try:
        request = urllib.request.Request(office.address + path, data, headers)  # noqa: S310 - our own server
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


class Form:
    """A form as a user's page holds it, with its token and the version that the page showed.

    Args:
        office: served.
        account: of the user.
        path: of the page.
        act: last part of the address to which the form goes.
    """

    def __init__(self, office: Office, account: str, path: str, act: str) -> None:
        self._office, self._session = office, office.do(world.signed_in, name=account)
        code, text = ask(office, self._session, path)
        assert code == 200, text
        found = re.search(rf'<form[^>]*action="([^"]*/{act})".*?</form>', text, re.DOTALL)
        assert found, text
        self._to = found[1]
        self._held = {
            name: value
            for name, value in re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', found[0])
            if "radio" not in name and name != "outcome"
        }

    def send(self, **fields: str) -> tuple[int, str]:
        """Send it."""
        return ask(self._office, self._session, self._to, {**self._held, **fields})


def at_once(*sendings: tuple[Form, dict[str, str]]) -> list[tuple[int, str]]:
    """Send forms at the same moment; what each was answered."""
    gate, answers = threading.Barrier(len(sendings)), [(0, "")] * len(sendings)

    def send(number: int) -> None:
        form, fields = sendings[number]
        gate.wait()
        answers[number] = form.send(**fields)

    threads = [threading.Thread(target=send, args=[number]) for number in range(len(sendings))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return answers
