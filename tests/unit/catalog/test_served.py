"""A plan says what of it clients can ask for: by name in the inventory, or by `include`."""

from fake_providers import FakeProvider
from labs import Lab


def answer(fake: FakeProvider, *ids: str) -> None:
    fake.answers["GET /models"] = {"data": [{"id": name} for name in ids]}


def box(fake: FakeProvider, **options: object) -> dict[str, object]:
    return {"box": {"kind": "openai_compatible", "api_base": fake.url, **options}}


def test_what_include_brings_is_named_and_comes_first(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake, include=["z/*"], prefix="our-")
    answer(fake, "a/old", "z/old")
    assert lab.refreshed().out.startswith("box  2 models, its first catalog; 1 of them served")
    answer(fake, "a/old", "z/old", "a/new", "z/new")
    added = [line.split() for line in lab.refreshed().out.splitlines() if line.startswith("  + ")]
    assert [(words[1], words[-1]) for words in added] == [("z/new", "our-z/new"), ("a/new", "known")]


def test_a_pattern_that_matches_nothing_is_a_warning(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake, include=["z/*", "zz/*"])
    answer(fake, "z/one")
    assert "  warning: include: 'zz/*' matches no model\n" in lab.refreshed().out


def test_an_id_that_the_list_does_not_have_is_a_warning(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake)
    lab.more = {
        "gateway_models": [
            {"name": "mine", "provider": "box", "id": "z/onne"},
            {"name": "any", "provider": "box", "id": "*"},
        ]
    }
    answer(fake, "z/one")
    said = lab.refreshed().out
    assert (
        "  warning: z/onne: mine asks for it, and the list does not have it, nor a price; did you mean 'z/one'?\n"
    ) in said
    assert said.count("warning") == 1


def test_a_provider_that_never_had_a_catalog_has_none(lab: Lab, fake: FakeProvider) -> None:
    lab.providers = box(fake)
    assert "not refreshed, there is no catalog of it yet: " in lab.refresh().out
    answer(fake)
    assert lab.refresh().out.splitlines()[:3] == [
        "box  refused",
        "  not refreshed, there is no catalog of it yet: the list is empty; if that is right, --accept box:empty "
        "marks what is gone as missing, so that it leaves after grace_days",
        "",
    ]
