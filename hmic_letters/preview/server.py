"""The server of the preview: printed pages and their problems, for a browser on this machine."""

import asyncio
import contextlib
import json
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from watchfiles import awatch

from hmic_letters.preview.desk import Desk
from hmic_letters.workspace.paths import Edition, letters_folder

ADDRESS = "127.0.0.1"
COOKIE = "hmic-letters-preview"
LONGEST = 200  # bytes that the start page may post

HERE = Path(__file__).parent

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

START_PAGE = """\
<!DOCTYPE html>
<html lang="en-GB">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>Preview of the letters</title>
<form method="post" action="http://{host}/start">
<input type="hidden" name="secret" value="{secret}">
<button>Open the preview</button>
</form>
<script>document.forms[0].submit()</script>
</html>
"""


def show(root: Path, output: Path | None, slug: str | None, opened: Callable[[Path], None]) -> None:
    """Serve a workspace's letters, and show each change of its files. Raises as ``serve`` does."""
    folder = letters_folder(root, output, Edition.EMBARGOED)
    watched = [root / "data", root / "templates", *filter(Path.is_dir, [folder])]
    serve(Desk(root, output, folder), watched, slug, opened)


def serve(
    desk: Desk, watched: list[Path], slug: str | None, opened: Callable[[Path], None]
) -> None:
    """Show the letters to a browser on this machine until the user interrupts it.

    ``watched`` are the folders whose changes it shows. It calls ``opened`` with the start page once
    it answers. Other users of the machine can reach the port, and see the arguments of every
    process. So the secret that opens the preview is in the start page, which only its owner can
    read. That page posts the secret and gets a cookie for it. A web site elsewhere could make a
    browser send requests (DNS rebinding); they name another host and are refused. Raises OSError.
    """
    with socket.create_server((ADDRESS, 0)) as listening:
        host = f"{ADDRESS}:{listening.getsockname()[1]}"
        site = Site(desk, watched, slug)
        config = uvicorn.Config(
            _guarded(site.application(), host, site.cookie),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        page = desk.keep_start_page(START_PAGE.format(host=host, secret=site.secret))
        _Server(config, page, opened).run(sockets=[listening])


class _Server(uvicorn.Server):
    """A server that opens the start page once it answers, and removes that page at the end."""

    def __init__(self, config: uvicorn.Config, page: Path, opened: Callable[[Path], None]) -> None:
        super().__init__(config)
        self._page, self._opened = page, opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to answer, then open the start page (overrides uvicorn.Server)."""
        await super().startup(sockets)
        # Why a thread: a browser in the terminal returns only when its user quits it.
        self._opening = asyncio.create_task(asyncio.to_thread(self._opened, self._page))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Remove the start page, then stop to answer (overrides uvicorn.Server)."""
        self._page.unlink(missing_ok=True)
        # Another preview of this workspace may run, with its page in the same folder.
        with contextlib.suppress(OSError):
            self._page.parent.rmdir()
        await super().shutdown(sockets)


def _guarded(application: Any, host: str, cookie: str) -> Any:
    """Refuse requests that name another host or come without the cookie."""

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        refusal = None
        if scope["type"] == "http":
            request = Request(scope)
            hosts = [value for name, value in scope["headers"] if name == b"host"]
            given = request.cookies.get(COOKIE, "")
            if hosts != [host.encode()]:
                refusal = PlainTextResponse("This is not its host.\n", 421, HEADERS)
            elif request.url.path != "/start" and not secrets.compare_digest(
                given.encode(), cookie.encode()
            ):
                refusal = PlainTextResponse("Open the page that the preview named.\n", 403, HEADERS)
        await (refusal or application)(scope, receive, send)

    return guarded


class Site:
    """The answers to the browser. ``secret`` buys ``cookie``, which opens everything else."""

    def __init__(self, desk: Desk, watched: list[Path], slug: str | None) -> None:
        """Make a site with a new secret and cookie; it begins with the letter of ``slug``."""
        self._desk, self._watched = desk, watched
        self._first = f"/#{slug}" if slug else "/"
        self.secret, self.cookie = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._changed = asyncio.Condition()
        self._ended = asyncio.Event()

    def application(self) -> Starlette:
        """Return the site as an ASGI application."""
        routes = {
            "": _file("preview.html"),
            "preview.css": _file("preview.css"),
            "preview.js": _file("preview.js"),
            "board": self._board,
            "letters/{slug}": self._letter,
            "letters/{slug}/{version:int}/{number:int}": self._page,
            "changes": self._changes,
        }
        return Starlette(
            routes=[
                Route("/start", self._start, methods=["POST"]),
                *(Route(f"/{path}", answer) for path, answer in routes.items()),
            ],
            lifespan=self._life,
        )

    @contextlib.asynccontextmanager
    async def _life(self, _: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(self._watch())
        yield
        self._ended.set()
        await watching

    async def _watch(self) -> None:
        # Why these times: report a change at once, not after a second without another change.
        async for _ in awatch(*self._watched, step=20, debounce=60, stop_event=self._ended):
            self._desk.change()
            async with self._changed:
                self._changed.notify_all()

    async def _start(self, request: Request) -> Response:
        if int(request.headers.get("content-length", LONGEST + 1)) > LONGEST:
            return PlainTextResponse("This is no secret.\n", 403, HEADERS)
        given = parse_qs((await request.body()).decode("ascii", "replace")).get("secret", [""])
        if not secrets.compare_digest(given[0].encode(), self.secret.encode()):
            return PlainTextResponse("This is not its secret.\n", 403, HEADERS)
        # Why not redirect: the browser would count that as coming from the file, and send no strict
        # cookie.
        page = f'<!DOCTYPE html><meta http-equiv="refresh" content="0;url={self._first}">'
        response = HTMLResponse(page, headers=HEADERS)
        response.set_cookie(COOKIE, self.cookie, httponly=True, samesite="strict")
        return response

    async def _board(self, _: Request) -> Response:
        return _json(await asyncio.to_thread(self._desk.board))

    async def _letter(self, request: Request) -> Response:
        letter = await asyncio.to_thread(self._desk.letter, request.path_params["slug"])
        return _json(letter) if letter else _missing("There is no such force.")

    async def _page(self, request: Request) -> Response:
        wanted = request.path_params
        picture = self._desk.page(wanted["slug"], wanted["version"], wanted["number"])
        if picture is None:
            return _missing("There is no such page.")
        return Response(picture, headers=HEADERS, media_type="image/png")

    async def _changes(self, _: Request) -> Response:
        return StreamingResponse(self._events(), headers=HEADERS, media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[str]:
        while True:
            yield f"data: {self._desk.version}\n\n"
            async with self._changed:
                await self._changed.wait()


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def file(_: Request) -> Response:
        return FileResponse(HERE / name, headers=HEADERS)

    return file


def _json(value: Any) -> Response:
    return Response(json.dumps(value), headers=HEADERS, media_type="application/json")


def _missing(message: str) -> Response:
    return PlainTextResponse(f"{message}\n", 404, HEADERS)
