"""Finding pictures: words, tags, filters, and texts that try to be something else."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kernel.access import Caller
from tests.servers.postgres import EnvironmentDatabase
from tests.services.callers import client_of
from tests.services.gallery.conftest import AddImages


async def found(client: httpx.AsyncClient, **params: Any) -> set[UUID]:
    answer = await client.get("/v1/images", params=params)
    assert answer.status_code == 200, answer.text
    return {UUID(item["id"]) for item in answer.json()["items"]}


async def test_words_of_prompts_and_tags(
    app: FastAPI, person: Caller, add_images: AddImages
) -> None:
    (cat,) = await add_images(person, prompt="A Cat over the wide sea, oil on canvas")
    (korean,) = await add_images(person, prompt="푸른 바다 위를 나는 고양이가 있는 그림")
    (plain,) = await add_images(person, prompt="nothing much")
    async with client_of(app, person) as client:
        assert await found(client, q="cat") == {cat}
        assert await found(client, q="SEA oil") == {cat}
        assert await found(client, q="sea nothing") == set()
        assert await found(client, q="canv") == {cat}, "a word's beginning is enough"
        assert await found(client, q='"wide sea"') == {cat}
        assert await found(client, q='"sea wide"') == set()
        assert await found(client, q="cat or much") == {cat, plain}
        assert await found(client, q="-cat") == {korean, plain}
        assert await found(client, q="고양이") == {korean}, "whatever particle follows"
        assert await found(client, q="바다 나는") == {korean}
        await client.post(f"/v1/images/{plain}/tags", json={"tags": ["Summer Trip"]})
        assert await found(client, q="trip") == {plain}


async def test_rows_from_before_the_words_are_found_too(
    app: FastAPI, person: Caller, add_images: AddImages, environment_database: EnvironmentDatabase
) -> None:
    (old,) = await add_images(person, prompt="a lighthouse")
    with psycopg.connect(environment_database.system_url) as system:
        system.execute("update images set words = null where id = %s", [old])
    async with client_of(app, person) as client:
        assert await found(client, q="lighthouse") == {old}


async def test_filters(app: FastAPI, person: Caller, add_images: AddImages) -> None:
    first, second = await add_images(person, 2)
    async with client_of(app, person) as client:
        album = (await client.post("/v1/albums", json={"name": "a"})).json()["id"]
        change = {"album_id": album, "favourite": True, "tags": ["#Sea", "oil"]}
        changed = (await client.patch(f"/v1/images/{first}", json=change)).json()
        assert (changed["favourite"], changed["tags"]) == (True, ["oil", "sea"])
        assert await found(client, favourite="true") == {first}
        assert await found(client, favourite="false") == {second}
        assert await found(client, tag="SEA") == {first}
        assert await found(client, tag="se") == set(), "a tag is whole"
        assert await found(client, album_id=album, tag="oil", favourite="true") == {first}
        now = datetime.now(UTC)
        later, earlier = now + timedelta(hours=1), now - timedelta(hours=1)
        assert await found(client, since=earlier.isoformat()) == {first, second}
        assert await found(client, since=later.isoformat()) == set()
        assert await found(client, until=earlier.isoformat()) == set()
        assert await found(client, until=later.isoformat()) == {first, second}


@pytest.mark.parametrize("moment", ["0.5", "2026-11-23", "2026-11-23T08:00:00", "now", "-1", ""])
async def test_moments_are_whole(app: FastAPI, person: Caller, moment: str) -> None:
    async with client_of(app, person) as client:
        for name in ("since", "until"):
            assert (await client.get("/v1/images", params={name: moment})).status_code == 422


HOSTILE = (
    "'; drop table images; --", "%' or 1=1 --", "a & | ! ( ) :* <-> <2>", "\\", "'", "''", "':*",
    "!!", "&", "((((", '"', '"unclosed', "or", "-", "a" * 200, "\u200b", "x:*A", "a' b'c", "é́",
    "http://a.com/x'y z", "<b>'</b>", "\ufffd", "a\u2028b", "1'2 '3",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_words_find_nothing_of_note(
    app: FastAPI, person: Caller, add_images: AddImages, text: str
) -> None:
    await add_images(person)
    async with client_of(app, person) as client:
        for params in ({"q": text}, {"tag": text[:50]}):
            answer = await client.get("/v1/images", params=params)
            assert answer.status_code in {200, 400}, answer.text
        assert len((await client.get("/v1/images")).json()["items"]) == 1


@pytest.mark.parametrize("text", ["", "\0", "a\0b", " ", "\t", "a" * 201, "a\nb"])
async def test_words_that_are_refused(app: FastAPI, person: Caller, text: str) -> None:
    async with client_of(app, person) as client:
        assert (await client.get("/v1/images", params={"q": text})).status_code == 422
        assert (await client.get("/v1/images?q=%ff%fe%00")).status_code == 422


ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
SIGNS = st.text(st.sampled_from("ab'\"&|!():*<->\\ /.@-é가,#"), max_size=40)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(ANY | SIGNS, max_size=30))
def test_no_text_breaks_the_search(
    environment_database: EnvironmentDatabase, texts: list[str]
) -> None:
    with psycopg.connect(environment_database.app_url) as connection:
        connection.execute("select search_terms(text) from unnest(%s::text[]) as text", [texts])


async def test_tags_in_one_spelling(app: FastAPI, person: Caller, add_images: AddImages) -> None:
    first, second = await add_images(person, 2)
    async with client_of(app, person) as client:
        for image_id, tags in ((first, ["#Oil  Painting", "ＳＥＡ", "sea"]), (second, ["Sea"])):
            answer = await client.post(f"/v1/images/{image_id}/tags", json={"tags": tags})
            assert answer.status_code == 200
        assert answer.json()["tags"] == ["sea"]
        page = (await client.get("/v1/tags", params={"limit": 1})).json()
        assert page["items"] == [{"name": "oil painting", "image_count": 1}]
        rest = (await client.get("/v1/tags", params={"cursor": page["next_cursor"]})).json()
        assert rest == {"items": [{"name": "sea", "image_count": 2}], "next_cursor": None}
        left = await client.delete(f"/v1/images/{first}/tags", params={"tag": ["SEA", "none"]})
        assert left.json()["tags"] == ["oil painting"]
        await client.delete(f"/v1/images/{second}")
        assert [tag["name"] for tag in (await client.get("/v1/tags")).json()["items"]] == [
            "oil painting"
        ]


@pytest.mark.parametrize(
    "tags", [[], [""], ["  "], ["a\0b"], ["a\nb"], ["a" * 51], ["\ud800"], [7], "sea", None]
)
async def test_tags_that_are_refused(
    app: FastAPI, person: Caller, add_images: AddImages, tags: object
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, person) as client:
        answer = await client.post(
            f"/v1/images/{image_id}/tags",
            content=json.dumps({"tags": tags}),  # httpx's own refuses half a character
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 422


@pytest.mark.parametrize("tag", ["#", "# #", "\u200b", "ﷺ" * 5])
async def test_tags_of_which_nothing_is_left(
    app: FastAPI, person: Caller, add_images: AddImages, tag: str
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, person) as client:
        answer = await client.post(f"/v1/images/{image_id}/tags", json={"tags": [tag]})
        assert (answer.status_code, answer.json()["code"]) == (400, "gallery.tag_unusable")


async def test_a_picture_has_so_many_tags(
    app: FastAPI, person: Caller, add_images: AddImages
) -> None:
    (image_id,) = await add_images(person)
    async with client_of(app, person) as client:
        address = f"/v1/images/{image_id}/tags"
        many = {"tags": [f"tag {number}" for number in range(30)]}
        assert (await client.post(address, json=many)).status_code == 200
        answer = await client.post(address, json={"tags": ["one more"]})
        assert (answer.status_code, answer.json()["code"]) == (409, "gallery.too_many_tags")
        assert (await client.post(address, json={"tags": ["tag 3"]})).status_code == 200


async def test_a_search_reads_the_persons_rows_alone(
    environment_database: EnvironmentDatabase, person: Caller
) -> None:
    """The plan has to start from the person's index, whatever the words are."""
    with psycopg.connect(environment_database.app_url) as connection:
        connection.execute("select set_config('pingvas.user_id', %s, true)", [str(person.user_id)])
        connection.execute("set local enable_seqscan = off")
        rows = connection.execute(
            "explain select id from images where (deleted_at is null) = true"
            " and coalesce(words, image_words(prompt, tags)) @@ search_terms('bird')"
            " order by created_at desc, id desc limit 20"
        ).fetchall()
    plan = "\n".join(row[0] for row in rows)
    assert "images_by_user" in plan
    assert "search_terms" not in plan, "the words are read once, not for every row"
