"""The application: one chancery, its public record, its timestamps, and the interface through which people act."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from declaration.services.chancery import Chancery
from declaration.services.mailing import Carrier
from declaration.services.public import PublicRecord
from declaration.web import api, errors, pages, record, timestamps
from declaration.web.api.common import PREFIX
from declaration.web.assets import Assets
from declaration.web.caller import Door, SessionCookie
from declaration.web.courier import Courier
from declaration.web.described import describe, name_of
from declaration.web.limits import ContentLimit
from declaration.web.live import Hub
from declaration.web.pages.look import Look
from declaration.web.pages.refusals import RefusalPages
from declaration.web.postman import Postman
from declaration.web.security import SecurityHeaders, is_encrypted
from declaration.web.sweeping import Sweeper
from declaration.web.warming import Warmer


def create_app(
    chancery: Chancery, *, local: bool = False, fonts: Path | None = None, carrier: Carrier | None = None
) -> FastAPI:
    """Return the application of one service.

    The database is connected to when it starts, and every connection is closed when it ends.

    Args:
        chancery: the service.
        local: whether webhooks may go to this machine's own addresses: in a demo, and in tests.
        fonts: the folder in which web fonts are kept; given one, they are made when the service starts, else when a
            browser first asks for them.
        carrier: takes the letters; None leaves them to other processes.

    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        await run_in_threadpool(chancery.store.check)
        hub.start()
        if fonts is not None:
            look.assets.prepare()
        if people:
            courier.start()
            sweeper.start()
            warmer.start()
        if postman is not None:
            postman.start()
        yield
        await hub.close()
        if people:
            await run_in_threadpool(courier.close)
            await run_in_threadpool(sweeper.close)
            await run_in_threadpool(warmer.close)
        if postman is not None:
            await run_in_threadpool(postman.close)
        await run_in_threadpool(chancery.store.dispose)

    # no pages that describe the interface (they load scripts from elsewhere), no redirection built from a Host header
    app = FastAPI(
        title="declaration",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=name_of,
        lifespan=lifespan,
    )
    people = chancery.secret is not None  # without a secret nobody comes in, and the record is shown read only
    door, courier = Door(chancery), Courier(chancery, local=local)
    sweeper, warmer = Sweeper(chancery), Warmer(chancery)
    hub = Hub(chancery, wake=warmer.wake)
    postman = Postman(chancery, carrier) if people and carrier is not None else None
    app.state.chancery, app.state.door, app.state.hub, app.state.courier = chancery, door, hub, courier
    app.add_middleware(SessionCookie, name=door.cookie)
    app.add_middleware(ContentLimit)
    look = Look(Assets(fonts=fonts), people=people)
    app.add_middleware(RefusalPages, look=look, programs=PREFIX)
    app.add_middleware(SecurityHeaders, encrypted=is_encrypted(chancery.site.origins))
    errors.install(app)
    app.router.routes[:0] = pages.routes(chancery, look)  # first, because they are asked for most
    app.router.routes.extend(api.routes(people=people))
    app.include_router(timestamps.routes(chancery))
    app.include_router(record.routes(PublicRecord(chancery)))
    describe(app, cookie=door.cookie)
    return app
