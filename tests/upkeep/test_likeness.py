"""Texts that ask or say the same are found together, whatever forms their words have."""

from firstline.upkeep.likeness import group_alike

QUESTIONS = [
    "How do I renew the SSL certificate of my shop? The browser says it has expired",
    "Як продовжити SSL-сертифікат? Браузер пише, що строк дії сертифіката закінчився",
    "ssl certificate has expired, how to renew it for shop.acme.example",
    "The mailbox is full, letters come back with 552 quota exceeded",
    "Продовження сертифікату: браузер показує, що сертифікат SSL закінчився",
    "letters come back: 552 quota exceeded, the mailbox of info@borealis.example is full",
    "Please tell me where the invoices for March are",
    "FTP refuses my password since yesterday",
    "Почтовый ящик переполнен, письма возвращаются с 552 quota exceeded",
]


def test_questions_about_one_thing_are_one_group_in_each_language() -> None:
    groups = group_alike(QUESTIONS, 0.35)
    assert [0, 2] in groups
    assert [1, 4] in groups
    assert [3, 5] in groups
    assert [6] in groups
    assert [7] in groups


def test_whose_it_is_makes_nothing_alike() -> None:
    texts = [
        "acme.example info@acme.example 203.0.113.5 mail",
        "acme.example info@acme.example 203.0.113.5 invoice",
    ]
    assert group_alike(texts, 0.3) == [[0], [1]]


def test_nearly_the_same_answer_is_one_group_and_its_neighbour_another() -> None:
    answer = (
        "Open the panel, choose Mailboxes, then the mailbox, and raise its quota to as much as "
        "your plan allows; delete old letters from the folders Sent and Trash over webmail."
    )
    other = (
        "Open the panel, choose Databases, then the database, and set another password; write it "
        "into wp-config.php of your site, else the site says that it cannot connect."
    )
    texts = [f"Hello Vera, {answer}", other, f"{answer} Yours, Anna", answer.replace("old", "all")]
    assert group_alike(texts, 0.75) == [[0, 2, 3], [1]]


def test_empty_texts_and_signs_are_alike_to_nothing() -> None:
    assert group_alike(["", "", "!!!", "…"], 0.3) == [[0], [1], [2], [3]]
