"""The application: one chancery, its public record, its timestamps, and the interface through which people act."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from declaration.services.chancery import Chancery
from declaration.services.public import PAGE_STYLE, PublicRecord
from declaration.web import api, errors, record, timestamps
from declaration.web.api.common import PREFIX
from declaration.web.caller import Door, SessionCookie
from declaration.web.limits import ContentLimit
from declaration.web.security import SecurityHeaders


def create_app(chancery: Chancery) -> FastAPI:
    """Return the application of one service.

    The database is connected to when it starts, and every connection is closed when it ends.

    Args:
        chancery: the service.

    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        await run_in_threadpool(chancery.store.check)
        yield
        await run_in_threadpool(chancery.store.dispose)

    # no pages that describe the interface (they load scripts from elsewhere), no redirection built from a Host header
    app = FastAPI(
        title="declaration",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    door = Door(chancery)
    app.state.chancery, app.state.door = chancery, door
    app.add_middleware(SessionCookie, name=door.cookie)
    app.add_middleware(ContentLimit)
    app.add_middleware(SecurityHeaders, style=PAGE_STYLE)
    errors.install(app)
    if chancery.secret is not None:  # without a secret nobody comes in, and the record is shown read only
        app.include_router(api.routes())
    app.include_router(timestamps.routes(chancery))
    app.include_router(record.routes(PublicRecord(chancery)))
    return app
