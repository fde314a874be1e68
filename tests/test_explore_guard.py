"""Who may ask for the page: nobody from elsewhere, nobody without its token, and nothing brings it down."""

import asyncio
import http.client
import random
import re
import socket
from urllib.parse import urlsplit

import pytest
from explored import explored
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InputError
from models.explore.guard import REFUSED, Guard, new_token

websockets = pytest.importorskip("websockets.sync.client")
TOKEN, PORT = "a-token", 4321
MESSAGES = 1000


@pytest.fixture(scope="module")
def served():
    with explored("--cell", "frog_muscle") as page:
        yield page


def scope(path=f"/{TOKEN}/", host=f"127.0.0.1:{PORT}", method="GET", kind="http", **headers):
    own = [(b"host", host.encode())] if host is not None else []
    own += [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": kind, "path": path, "method": method, "headers": own}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (scope(), ""),
        (scope(host=f"localhost:{PORT}", origin=f"http://localhost:{PORT}"), ""),
        (scope(path=f"/{TOKEN}/_nicegui/3/static/x.js"), ""),
        (scope(kind="websocket", path=f"/{TOKEN}/_nicegui_ws/socket.io"), ""),
        (scope(host="evil.example"), "host"),
        (scope(host=f"evil.example:{PORT}"), "host"),
        (scope(host=f"127.0.0.1:{PORT + 1}"), "host"),
        (scope(host=f"127.0.0.1.evil.example:{PORT}"), "host"),
        (scope(host=None), "host"),
        (scope(kind="websocket", host="evil.example"), "host"),
        (scope(origin="http://evil.example"), "origin"),
        (scope(origin="null"), "origin"),
        (scope(origin=f"http://localhost:{PORT}"), "origin"),
        (scope(kind="websocket", origin=f"https://127.0.0.1:{PORT}"), "origin"),
        (scope(path="/"), "token"),
        (scope(path=f"/{TOKEN}x/"), "token"),
        (scope(path="//"), "token"),
        (scope(kind="websocket", path="/_nicegui_ws/socket.io"), "token"),
        (scope(path=f"/{TOKEN}/../etc/passwd"), "path"),
        (scope(path=f"/{TOKEN}/docs"), "path"),
        (scope(path=f"/{TOKEN}/_nicegui_ws/socket.io"), "path"),  # long polling, which no browser needs here
        (scope(kind="websocket"), "path"),
        (scope(kind="websocket", path=f"/{TOKEN}/_nicegui/3/static/x.js"), "path"),
        (scope(**{"x-forwarded-host": "evil.example"}), "proxy"),
        (scope(**{"x-forwarded-prefix": "/evil"}), "proxy"),
        (scope(kind="websocket", path=f"/{TOKEN}/_nicegui_ws/socket.io", forwarded="for=192.0.2.1"), "proxy"),
        (scope(via="1.1 evil.example"), "proxy"),
        (scope(method="POST"), "method"),
    ],
)
def test_who_is_let_in(asked, why):
    async def never(*_):
        raise AssertionError

    assert Guard(never, TOKEN, PORT).refused(asked) == why
    assert not why or why in REFUSED


@given(st.text(max_size=40), st.binary(max_size=40), st.sampled_from(["http", "websocket"]))
def test_no_guess_is_let_in(path, host, kind):
    async def never(*_):
        raise AssertionError

    asked = {"type": kind, "path": f"/{path}", "method": "GET", "headers": [(b"host", host)]}
    assert Guard(never, new_token(), PORT).refused(asked)


def fetch(page, path="/", method="GET", **headers) -> tuple[int, str, dict]:
    there = urlsplit(page.address)
    line = http.client.HTTPConnection("127.0.0.1", there.port, timeout=20)
    try:
        line.request(method, path, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.read().decode(errors="replace"), dict(answer.getheaders())
    finally:
        line.close()


def test_the_server_refuses_what_the_guard_does_and_names_no_other_host(served):
    there = urlsplit(served.address)
    assert fetch(served)[:2] == (403, f"{REFUSED['token'][1]}\n")
    assert fetch(served, there.path, Host="evil.example")[0] == 421
    assert fetch(served, there.path, Origin="http://evil.example")[0] == 403
    assert fetch(served, there.path, "POST")[0] == 405
    refused = fetch(served, there.path, **{"X-Forwarded-Prefix": "/evil"})
    assert refused[:2] == (403, f"{REFUSED['proxy'][1]}\n")
    status, text, headers = fetch(served, there.path)
    assert status == 200 and "https://" not in text.replace("https://nicegui.io", "")
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer" and "server" not in headers
    with pytest.raises(OSError):
        socket.create_connection((_own_address(), there.port), timeout=2)


def test_a_port_that_is_taken_is_refused_with_a_sentence(served):
    from models.explore.serve import Served

    port = urlsplit(served.address).port
    with pytest.raises(InputError, match=f"--port {port}: .*; expected a free one"):
        Served(port)


def _own_address() -> str:
    """An address of this machine that is not the loopback's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            own = probe.getsockname()[0]
        except OSError:
            own = "127.0.0.1"
    return own if own != "127.0.0.1" else "127.0.0.2"


def _address(served, token=None):
    there = urlsplit(served.address)
    path = there.path if token is None else f"/{token}/"
    return f"ws://127.0.0.1:{there.port}{path}_nicegui_ws/socket.io/?EIO=4&transport=websocket"


@pytest.mark.parametrize("given", [{"token": "wrong"}, {"origin": "http://evil.example"}])
def test_a_websocket_needs_the_token_and_comes_from_the_page(served, given):
    with pytest.raises(Exception, match="403"):
        websockets.connect(_address(served, given.get("token")), origin=given.get("origin")).close()


def test_pages_that_no_browser_runs_are_not_kept(served):
    """Of many that were asked for the last can be gone on with; the first are forgotten."""
    from models.explore.serve import MOST_COMING

    def asked() -> str:
        return re.search(r"client_id\W+([0-9a-f-]{36})", fetch(served, urlsplit(served.address).path)[1])[1]

    def begun(page: str) -> str:
        own = f"&client_id={page}&tab_id=a&document_id={page}&next_message_id=0&implicit_handshake=true"
        with websockets.connect(_address(served) + own) as line:
            line.recv()
            line.send("40")
            return line.recv()

    pages = [asked() for _ in range(MOST_COMING + 2)]
    assert "failed" in begun(pages[0]) and "sid" in begun(pages[-1])


def test_random_messages_do_not_bring_it_down(served):
    """Half of them by HTTP, half on websockets, with the token and without; then the page is as before."""
    chance, there = random.Random(17), urlsplit(served.address)
    letters = "abz/%?&=#.<>\"'\\0 9é\x7f" + "~[]{}:,"

    def some(most=60):
        return "".join(chance.choice(letters) for _ in range(chance.randrange(most)))

    line = http.client.HTTPConnection("127.0.0.1", there.port, timeout=20)
    for _ in range(MESSAGES // 2):
        start = chance.choice(["/", there.path, there.path + "?", there.path + "_nicegui/", "//", "/x/"])
        path = start + some().encode().hex() if chance.random() < 0.3 else start + _quoted(some())
        line.request(chance.choice(["GET", "HEAD", "POST", "PUT", "OPTIONS"]), path, body=some())
        answer = line.getresponse()
        assert 200 <= answer.status < 500 and "Traceback" not in answer.read().decode(errors="replace")
    line.close()
    asyncio.run(_sent(_address(served), chance, some))
    assert fetch(served, there.path)[0] == 200
    assert served.process.poll() is None and "Traceback" not in "".join(served.said)


def _quoted(text):
    from urllib.parse import quote

    return quote(text, safe="/?&=%")


async def _sent(address, chance, some):
    """Messages of all kinds on websockets, a new one whenever one is closed."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed

    sent = 0
    events = ["event", "handshake", "javascript_response", "ack", "log", "disconnect", some()]
    while sent < MESSAGES // 2:
        async with connect(address) as line:
            try:
                for _ in range(20):
                    event = (
                        f'42["{chance.choice(events)}",{chance.choice(["{}", "[]", "null", "1", some()])}]'
                    )
                    known = '42["event",{"client_id":"x","id":1,"listener_id":"y","args":[]}]'
                    kinds = [some(400), some(20).encode(), event, "40", "3", known, "41", "9" * 30]
                    await line.send(chance.choice(kinds))
                    sent += 1
            except ConnectionClosed:
                sent += 1
