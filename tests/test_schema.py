"""The API as its own description says: schemathesis calls every operation with what it allows.

No answer is an error of ours, and each has a status, a content type and a shape that the
description names.
"""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from firstline.app import Desk, create_app
from firstline.kit.db import Db
from firstline.people import new_token, who_by_email
from firstline.settings import Settings

EXAMPLES = 12
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ADDRESSES = ("vera@acme.example", "anna@firstline.example", "martin@firstline.example")


@contextmanager
def served(desk: Desk, config: Settings) -> Iterator[str]:
    """The desk on a loopback port, in a thread with a loop of its own."""
    bound = socket.create_server(("127.0.0.1", 0))
    port = bound.getsockname()[1]
    app = create_app(config, desk)
    options = uvicorn.Config(app, log_config=None, ws="none", timeout_keep_alive=60)
    server = uvicorn.Server(options)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture
async def tokens(live_database: str) -> dict[str, str]:
    db = Db(live_database)
    await db.open()
    found: dict[str, str] = {}
    for address in ADDRESSES:
        async with db.connection() as conn:
            who = await who_by_email(conn, address)
        assert who
        found[address] = await db.run(new_token, who.id, "schema", now=datetime.now(UTC))
    await db.close()
    return found


async def test_the_api_does_what_its_description_says(
    live_database: str, tokens: dict[str, str], tmp_path: Path
) -> None:
    config = Settings(
        data=tmp_path, secret=b"s" * 32, public_url="http://desk.example",
        database_url=live_database, token_calls_per_second=0,
    )  # fmt: skip
    with served(Desk(config), config) as address:
        await asyncio.to_thread(_go_through, address, tokens)


def _go_through(address: str, tokens: dict[str, str]) -> None:
    with httpx.Client(base_url=address, timeout=30) as client:
        for _ in range(200):
            try:
                client.get("/health")
                break
            except httpx.TransportError:
                threading.Event().wait(0.1)
        described = client.get("/api/v1/openapi.json").json()
    described.pop("servers", None)
    schema = schemathesis.openapi.from_dict(described)
    schema.config.update(base_url=address)
    broken: list[str] = []
    calls = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        for name, token in tokens.items():
            calls += 1
            headers = {"Authorization": f"Bearer {token}"}
            try:
                _try(operation, headers)
            except BaseException as error:
                broken.append(f"{operation.label} as {name}: {_told(error)}")
    assert calls > 100
    assert not broken, "\n\n".join(broken)


def _try(operation: Any, headers: dict[str, str]) -> None:
    @given(case=operation.as_strategy() | operation.as_strategy(GenerationMode.NEGATIVE))
    @settings(
        max_examples=EXAMPLES,
        deadline=timedelta(seconds=30),
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        case.query.pop("wait", None) if case.query else None
        response = case.call(headers=headers, timeout=30)
        case.validate_response(response, checks=CHECKS)

    check()


def _told(error: BaseException) -> str:
    parts = getattr(error, "exceptions", ())
    return " / ".join(str(part) for part in parts)[:900] or str(error)[:900]


async def test_only_the_description_is_served_and_no_viewer_from_elsewhere(
    client_for: Any,
) -> None:
    stranger = await client_for(None)
    told = await stranger.get("/api/v1/openapi.json")
    assert told.json()["openapi"].startswith("3.1")
    assert (await stranger.get("/api/v1/openapi.yaml")).text.startswith("components:")
    for viewer in ("swagger", "redoc", "rapidoc", "elements", "oauth2-redirect.html", "docs"):
        answer = await stranger.get(f"/api/v1/{viewer}")
        assert answer.status_code == 404, viewer
        assert answer.headers["content-type"] == "application/problem+json"
        assert "<" not in answer.text
    posts = [path["post"] for path in told.json()["paths"].values() if "post" in path]
    assert all({"409", "404", "422"} <= set(post["responses"]) for post in posts)
    problem = told.json()["components"]["responses"]["Problem"]["content"]
    assert list(problem) == ["application/problem+json"]
