"""Discussing: threads about clauses and amendments, for those who take part; the public reads none of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from declaration.canonical import Json, digest
from declaration.errors import InputRefused
from declaration.services import discussing, discussion_files, mentioning, participants, threads
from declaration.services.actors import Actor
from declaration.services.chancery import Chancery
from declaration.services.discussing import TALKING, Done
from declaration.services.topics import read_topic
from declaration.services.traffic import take
from declaration.web.api.common import (
    REFUSALS,
    Content,
    Key,
    Limit,
    Match,
    answer,
    page,
    require_match,
    spend,
    write,
)
from declaration.web.api.discussing_forms import (
    CommentRemoval,
    CommentWordings,
    CommentWords,
    DiscussionState,
    DoneShown,
    MentionsAddress,
    MentionsAsked,
    NewThread,
    Participants,
    Threads,
    ThreadShown,
    done_json,
    thread_json,
)
from declaration.web.caller import AsDepositary, Service, Somebody
from declaration.web.conditional import has

router = APIRouter(prefix="/declarations/{declaration}/discussion", tags=["discussing"], responses=REFUSALS)

MAX_NUMBER: Final = 999_999_999
Number: TypeAlias = Annotated[int, Path(ge=1, le=MAX_NUMBER)]


@router.get("", response_model=DiscussionState)
def state(request: Request, chancery: Service, actor: Somebody) -> Response:
    """Say where the discussion stands; its ETag lets an open page ask cheaply whether there is anything new."""
    with chancery.store.reading() as session:
        end = threads.end(session, actor.declaration)
        tag = f'"{digest(f"{end.size} {end.head} {actor.role} {actor.subject}".encode())[:32]}"'
        if has(request, tag):
            return Response(status_code=304, headers=_kept(tag))
        found: Json = {
            "size": end.size,
            "head": end.head,
            "unresolved": dict(threads.unresolved(session, actor.declaration)),
            "mentions": threads.count(session, actor, "waiting"),
        }
    return answer(found, headers=_kept(tag))


@router.get("/participants", response_model=Participants)
def people(chancery: Service, actor: Somebody) -> Response:
    """List who takes part, to be mentioned by ``@id``; the same id in two roles mentions both."""
    with chancery.store.reading() as session:
        found = participants.listed(session, actor.declaration)
    items: list[Json] = [{"role": str(one.role), "id": one.id, "name": one.called} for one in found if one.is_in]
    return answer({"items": items, "next": None})


@router.get("/threads", response_model=Threads)
def listed(
    chancery: Service,
    actor: Somebody,
    *,
    about: Annotated[str, Query(max_length=80, description="``clause:ID`` or ``amendment:ID``.")] = "",
    show: Annotated[str, Query(max_length=20, description=f"One of {', '.join(threads.VIEWS)}.")] = "all",
    after: Annotated[str, Query(max_length=80, description="The last item of the page before.")] = "",
    limit: Limit = 100,
) -> Response:
    """List threads with their comments, the newest first."""
    topic = read_topic(about) if about else None
    with chancery.store.reading() as session:
        found = threads.listed(session, actor, topic=topic, view=show, before=_before(after), limit=limit + 1)
    return answer(page([thread_json(one) for one in found], limit=limit, key=_number_of))


@router.post("/threads", status_code=201, response_model=DoneShown)
def begin(request: Request, chancery: Service, actor: Somebody, content: NewThread, key: Key = None) -> Response:
    """Begin a thread about a clause or an amendment."""
    topic = read_topic(content.about)

    def do() -> Done:
        return discussing.begin(chancery, actor, topic, content.text, read=content.read)

    return _talk(request, chancery, actor, content, do, key=key, status=201)


@router.get("/threads/{thread}", response_model=ThreadShown)
def show(chancery: Service, actor: Somebody, thread: Number) -> Response:
    """Return a thread; its ETag changes with every act in it."""
    with chancery.store.reading() as session:
        found = threads.find(session, actor, thread)
    return answer(thread_json(found), headers=_kept(f'"{found.tag}"'))


@router.post("/threads/{thread}/comments", status_code=201, response_model=DoneShown)
def reply(
    request: Request, chancery: Service, actor: Somebody, thread: Number, content: CommentWords, *, key: Key = None
) -> Response:
    """Answer in a thread; one that was resolved is open again."""

    def do() -> Done:
        return discussing.answer(chancery, actor, thread, content.text)

    return _talk(request, chancery, actor, content, do, key=key, status=201)


@router.put("/threads/{thread}/resolution", response_model=DoneShown)
def resolve(request: Request, chancery: Service, actor: Somebody, thread: Number, key: Key = None) -> Response:
    """Say that a thread needs nothing more: whoever began it, the amendment's author, or the depositary."""
    return _talk(request, chancery, actor, None, lambda: discussing.resolve(chancery, actor, thread), key=key)


@router.delete("/threads/{thread}/resolution", response_model=DoneShown)
def reopen(request: Request, chancery: Service, actor: Somebody, thread: Number, key: Key = None) -> Response:
    """Open a resolved thread again."""
    return _talk(request, chancery, actor, None, lambda: discussing.reopen(chancery, actor, thread), key=key)


@router.put("/comments/{comment}", response_model=DoneShown)
def edit(
    request: Request,
    chancery: Service,
    actor: Somebody,
    comment: Number,
    content: CommentWords,
    *,
    match: Match = None,
    key: Key = None,
) -> Response:
    """Word one's own comment anew; ``If-Match`` names the ``tag`` that was looked at. Earlier wordings stay."""

    def do() -> Done:
        def check(found: str) -> None:
            require_match(match, found)

        return discussing.edit(chancery, actor, comment, content.text, check=check)

    return _talk(request, chancery, actor, content, do, key=key)


@router.delete("/comments/{comment}", response_model=DoneShown)
def delete(request: Request, chancery: Service, actor: Somebody, comment: Number, key: Key = None) -> Response:
    """Strike the words of one's own comment, in all wordings and for good; that there was one stays."""

    def do() -> Json:
        spend(chancery, actor)
        return done_json(discussing.delete(chancery, actor, comment))

    return write(request, chancery, actor, None, do, key=key)


@router.post("/comments/{comment}/removal", response_model=DoneShown)
def remove(
    request: Request,
    chancery: Service,
    actor: AsDepositary,
    comment: Number,
    content: CommentRemoval,
    *,
    key: Key = None,
) -> Response:
    """Strike the words of anybody's comment, with a reason that everybody who takes part reads."""

    def do() -> Json:
        spend(chancery, actor)
        return done_json(discussing.remove(chancery, actor, comment, content.reason))

    return write(request, chancery, actor, content, do, key=key)


@router.get("/comments/{comment}/wordings", response_model=CommentWordings)
def wordings(chancery: Service, actor: Somebody, comment: Number) -> Response:
    """List every wording of a comment, the first one first."""
    with chancery.store.reading() as session:
        found = threads.wordings(session, actor, comment)
    items: list[Json] = [
        {"revision": one.revision, "at": one.at, "digest": one.digest, "text": one.text} for one in found
    ]
    return answer({"items": items, "next": None})


@router.get("/discussion.json", responses={200: {"description": "The whole discussion (docs/spec/exchange.md, 9)."}})
def exported(chancery: Service, actor: Somebody) -> Response:
    """Return the whole discussion as a file for the records of those who take part."""
    with chancery.store.reading() as session:
        data = discussion_files.exported(session, actor.declaration)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{discussion_files.NAME}"'}
    return Response(data, headers=headers, media_type="application/json")


@router.post("/following", status_code=202, response_model=MentionsAsked)
def follow(chancery: Service, actor: Somebody, content: MentionsAddress) -> Response:
    """Have one's own mentions told by e-mail: a letter asks the address first, and none holds a word of a comment."""
    spend(chancery, actor)
    mentioning.ask(chancery, actor, address=content.address, language=content.language)
    return answer({"asked": True}, status=202)


def _talk(
    request: Request,
    chancery: Chancery,
    actor: Actor,
    content: Content | None,
    act: Callable[[], Done],
    *,
    key: str | None,
    status: int = 200,
) -> Response:
    def do() -> Json:
        take(chancery, TALKING, f"{actor.declaration}/{actor.role}/{actor.subject}")
        return done_json(act())

    return write(request, chancery, actor, content, do, key=key, status=status)


def _kept(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": "private, no-cache"}


def _before(after: str) -> int | None:
    if not after:
        return None
    if not after.isascii() or not after.isdigit() or not 1 <= int(after[:10]) <= MAX_NUMBER:
        raise InputRefused(
            "discussion.after", f"{after[:40]!r} is no thread.", hint="Use the member next of the page before."
        )
    return int(after)


def _number_of(item: Json) -> str:
    assert isinstance(item, dict)
    return str(item["thread"])
