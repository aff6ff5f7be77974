"""The articles to which the commonest messages lead."""

import pytest

from firstline.coach import FirstMessage, advise
from firstline.coach.words import sections_of
from firstline.coaching import answer_without_desk
from firstline.policy import Policy, default_text, load
from firstline.wiki import shipped_titles


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(default_text())


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        *(("сайт упал", "site-error-500"), ("сайт ліг", "site-error-500")),
        *(("the site is down", "site-error-500"), ("Не заходит на сайт", "site-error-500")),
        *(("закончилось место", "disk-is-full"), ("disk full", "disk-is-full")),
        *(("домен не привязывается", "connect-a-domain"), ("какие у вас NS?", "connect-a-domain")),
        *(("550 5.7.1 rejected", "mail-bounces"), ("550-5.7.26", "mail-bounces")),
        *(("не пускає в панель", "panel-sign-in"), ("my site was hacked", "hacked-site")),
        *(("редиректит на казино", "hacked-site"), ("где взять NS сервера", "connect-a-domain")),
        *(("хочу php 8.2", "php-version"), ("встановіть вордпрес", "install-wordpress")),
    ],
)
def test_the_commonest_messages_lead_to_their_article(policy: Policy, text: str, slug: str) -> None:
    found = answer_without_desk(policy, FirstMessage(text)).articles
    assert found[0].slug == slug


def test_what_works_leads_nowhere(policy: Policy) -> None:
    assert (
        "site-error-500"
        not in advise(policy, FirstMessage("the site works, but mail does not")).leads[0]
    )


def test_every_lead_is_an_article_of_the_package() -> None:
    slugs = {label.removeprefix("lead.") for label, _, _ in sections_of("leads")}
    assert slugs <= shipped_titles("en").keys()
