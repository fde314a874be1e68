"""Who may ask for the page: this machine alone, by the address with its token, from the page itself.

A page of another site that has its own name point here (DNS rebinding) is known by the Host that its browser
names, and one that sends requests from elsewhere by their Origin; neither knows the token.
"""

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# what there is behind the token, beside the page
WITHIN = {"http": "/_nicegui/", "websocket": "/_nicegui_ws/"}
PROXIES = (b"forwarded", b"via", b"x-forwarded-", b"x-real-ip")  # how headers begin that they alone send
HEADERS = {
    # nothing is asked of any other host, whatever a library would like
    "content-security-policy": "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "referrer-policy": "no-referrer",  # the address holds the token
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
REFUSED = {
    "host": (421, "this page answers to 127.0.0.1 and localhost alone"),
    "origin": (403, "this page answers to requests of its own alone"),
    "proxy": (403, "this page answers to no proxy; open it on the machine that serves it"),
    "method": (405, "this page is read only; expected GET"),
    "token": (403, "this address lacks the token; open the one that run.py explore has printed"),
    "path": (404, "there is no such page here"),
}


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(24)


class Guard:
    """An application behind a token and for one host. port: where it listens."""

    def __init__(self, app: App, token: str, port: int):
        self._app, self._token = app, token.encode()
        self._hosts = {f"{name}:{port}".encode() for name in ("127.0.0.1", "localhost")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        why = self.refused(scope)
        if why:
            return await _refuse(scope, receive, send, *REFUSED[why])
        prefix = f"/{self._token.decode()}"
        inner = {**scope, "root_path": prefix}
        return await self._app(inner, receive, _with_headers(send))

    def refused(self, scope: Scope) -> str:
        """Why a request is refused, a key of REFUSED; "" of one that may pass."""
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value)
        hosts = headers.get(b"host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return "host"
        for origin in headers.get(b"origin", []):
            if origin.lower() != b"http://" + hosts[0].lower():
                return "origin"
        if any(name.startswith(PROXIES) for name in headers):
            return "proxy"
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            return "method"
        first, _, rest = scope["path"].removeprefix("/").partition("/")
        if not secrets.compare_digest(first.encode("utf-8", "replace"), self._token):
            return "token"
        page = scope["type"] == "http" and not rest
        return "" if page or f"/{rest}".startswith(WITHIN[scope["type"]]) else "path"


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": why})
        return
    body = f"{why}\n".encode()
    headers = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(body))} | HEADERS
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _with_headers(send: Send) -> Send:
    async def also(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            own = {name.lower() for name, _ in message.get("headers", [])}
            more = [(n.encode(), v.encode()) for n, v in HEADERS.items() if n.encode() not in own]
            message = {**message, "headers": [*message.get("headers", []), *more]}
        await send(message)

    return also
