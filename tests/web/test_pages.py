"""Pages, refusals, the forgery guard and headers, on a small app of their own."""

import json
from collections import Counter

import msgspec
import pytest
from litestar import Litestar, Request, get, post
from litestar.params import FromPath, JSONBody
from litestar.testing import TestClient

from firstline.kit import errors, web

SECRET = b"s" * 32


class Said(msgspec.Struct, forbid_unknown_fields=True):
    body: str


@get("/hello")
async def hello(request: Request) -> web.Page:
    return web.page(request, "error.html", refused=errors.Missing("<b>x</b>"), typed=False)


@post("/write")
async def write() -> str:
    return "written"


@post("/api/v1/say")
async def say(data: JSONBody[Said]) -> dict[str, str]:
    return {"body": data.body}


@get("/api/v1/refuse/{kind:str}")
async def refuse(kind: FromPath[str]) -> None:
    if kind == "conflict":
        raise errors.Conflict("It is closed; reopen it first.", state="closed")
    if kind == "away":
        raise errors.Unavailable("Away.", headers={"Retry-After": "2"})
    raise RuntimeError("the inside")


def client(**options: str) -> TestClient[Litestar]:
    plugin = web.Web(SECRET, options.get("public_url", "http://testserver.local"))
    app = Litestar([hello, write, say, refuse], plugins=[plugin])
    return TestClient(app, raise_server_exceptions=False)


def test_a_page_carries_a_strict_policy_with_its_own_nonce() -> None:
    with client() as http:
        first, second = http.get("/hello"), http.get("/hello")
    policy = first.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in first.text
    assert nonce not in second.text
    assert first.headers["x-content-type-options"] == "nosniff"
    assert "&lt;b&gt;x&lt;/b&gt;" in first.text
    assert " style=" not in first.text


def test_a_refusal_of_the_api_is_a_problem_with_its_members() -> None:
    with client() as http:
        answer = http.get("/api/v1/refuse/conflict")
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json() == {
        "type": "/problems/conflict",
        "title": "conflict",
        "status": 409,
        "detail": "It is closed; reopen it first.",
        "state": "closed",
    }


def test_an_unexpected_error_says_nothing_of_the_inside() -> None:
    with client() as http:
        answer = http.get("/api/v1/refuse/other")
    assert answer.status_code == 500
    assert "inside" not in answer.text
    assert "Traceback" not in answer.text


def test_a_database_away_says_when_to_come_back() -> None:
    with client() as http:
        answer = http.get("/api/v1/refuse/away")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


def test_wrong_fields_are_422_with_the_field_and_unreadable_json_is_400() -> None:
    with client() as http:
        unknown = http.post("/api/v1/say", json={"body": "x", "role": "keeper"})
        wrong = http.post("/api/v1/say", json={"body": 5})
        broken = http.post(
            "/api/v1/say", content=b"{", headers={"content-type": "application/json"}
        )
        large = http.post("/api/v1/say", json={"body": "x" * (web.BODY_LIMIT + 1)})
    assert (unknown.status_code, unknown.json()["field"]) == (422, "role")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "body")
    assert broken.status_code == 400
    assert (large.status_code, large.json()["field"]) == (413, "body")


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs() -> None:
    with client() as http:
        page, problem = http.get("/nowhere"), http.get("/api/v1/nowhere")
    assert page.status_code == problem.status_code == 404
    assert "<h1>" in page.text
    assert "content-security-policy" in page.headers
    assert problem.json()["title"] == "not-found"


def test_a_write_needs_our_own_page_and_its_token() -> None:
    token = web.Web(SECRET, "").token("abc")
    with client() as http:
        http.cookies.set("firstline", "abc")
        assert http.post("/write").status_code == 403
        assert http.post("/write", data={"csrf": "0" * 64}).status_code == 403
        assert http.post("/write", data={"csrf": token}).status_code == 201
        ours = {"x-csrf-token": token}
        assert http.post("/write", headers=ours).status_code == 201
        for foreign in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
            assert http.post("/write", headers={**ours, **foreign}).status_code == 403
        near = {"sec-fetch-site": "same-origin", "origin": "http://testserver.local"}
        assert http.post("/write", headers={**ours, **near}).status_code == 201


def test_a_refusal_inside_a_page_goes_to_the_alert_region() -> None:
    with client() as http:
        answer = http.post("/write", headers={"hx-request": "true"})
    assert answer.headers["hx-retarget"] == "#alerts"
    assert "<html" not in answer.text
    assert "reload it" in answer.text


def test_a_script_that_asks_for_json_gets_a_problem() -> None:
    with client() as http:
        answer = http.post("/write", headers={"accept": "application/json"})
    assert json.loads(answer.text)["title"] == "forged"


def test_static_files_are_kept_for_ever_under_their_hash_and_come_gzipped() -> None:
    from firstline.kit.assets import assets

    with client() as http:
        now = http.get(assets().url("firstline.css"))
        old = http.get("/static/000000000000/firstline.css")
        none = http.get("/static/000000000000/../web.py")
    assert "immutable" in now.headers["cache-control"]
    assert now.headers["content-encoding"] == "gzip"
    assert "immutable" not in old.headers["cache-control"]
    assert none.status_code == 404


def test_first_load_stays_under_200_kilobytes() -> None:
    from firstline.kit.assets import assets

    sizes = Counter[str]()
    for name, file in assets().files.items():
        if name.endswith((".css", ".js")) and "tabler.min.js" not in name:
            sizes[name.partition("/")[0] if "/" in name else ""] += len(file.gzipped or b"")
    # What stands on every page, one of the two frames, and the largest feature in it.
    every, frame = sizes.pop("") + sizes.pop("vendor"), max(sizes.pop("desk"), sizes.pop("portal"))
    total = every + frame + max(sizes.values())
    assert total < 155_000, total


def test_https_installations_send_hsts() -> None:
    with client(public_url="https://desk.example") as http:
        assert "strict-transport-security" in http.get("/hello").headers
    with client() as http:
        assert "strict-transport-security" not in http.get("/hello").headers


def test_the_language_is_asked_for_then_the_cookie_then_the_browser() -> None:
    with client() as http:
        browser = {"accept-language": "de, uk;q=0.9, en;q=0.5"}
        assert '<html lang="uk"' in http.get("/hello", headers=browser).text
        assert '<html lang="ru"' in http.get("/hello?lang=ru", headers=browser).text
        assert '<html lang="ru"' in http.get("/hello", headers=browser).text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/none", 404), ("PUT", "/hello", 405)]
)
def test_an_address_that_leads_nowhere_says_so_in_the_language_of_its_page(
    method: str, path: str, status: int
) -> None:
    with client() as http:
        page = http.request(method, path, headers={"accept-language": "uk"})
        problem = http.request(method, f"/api/v1{path}?lang=ru")
    assert page.status_code == status
    assert '<html lang="uk"' in page.text
    assert "адрес" in page.text
    assert "address" not in page.text.partition("<main")[2]
    assert "адрес" in problem.json()["detail"]
