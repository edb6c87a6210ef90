"""Webhooks: the depositary names addresses to which every public act is sent, signed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from declaration.canonical import Json
from declaration.ledger.forms import write_moment
from declaration.services import webhooks
from declaration.services.posting import MAX_URL
from declaration.store.webhooks import StoredWebhook
from declaration.web.api.common import REFUSALS, Content, answer, spend
from declaration.web.caller import AsDepositary, Service
from declaration.web.courier import Courier

router = APIRouter(prefix="/declarations/{declaration}/webhooks", tags=["following"], responses=REFUSALS)


class NewWebhook(Content):
    """An address."""

    url: Annotated[str, Field(min_length=8, max_length=MAX_URL)]


@router.get("")
def listed(chancery: Service, actor: AsDepositary) -> Response:
    """List the addresses to which public acts are sent."""
    return answer({"items": [_webhook(item) for item in webhooks.listed(chancery, actor)], "next": None})


@router.post("", status_code=201)
def add(request: Request, chancery: Service, actor: AsDepositary, content: NewWebhook) -> Response:
    """Name an address; the secret with which messages are signed is shown this once."""
    spend(chancery, actor)
    courier: Courier = request.app.state.courier
    kept, secret = webhooks.add(chancery, actor, url=content.url, local=courier.local)
    return answer(_webhook(kept) | {"secret": secret}, status=201)


@router.delete("/{webhook}", status_code=204)
def remove(chancery: Service, actor: AsDepositary, webhook: str) -> Response:
    """Forget an address."""
    webhooks.remove(chancery, actor, webhook[:80])
    return Response(status_code=204)


def _webhook(webhook: StoredWebhook) -> dict[str, Json]:
    return {
        "id": webhook.webhook,
        "url": webhook.url,
        "next": webhook.sent,
        "failures": webhook.failures,
        "made": write_moment(webhook.at, "webhook.at"),
    }
