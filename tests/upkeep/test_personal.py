"""What is personal goes out of words that become an article, and is told; what helps stays."""

import pytest

from firstline.upkeep.personal import MASK, Clearing, Personal

LABELS = {
    kind: kind
    for kind in (
        *("secret", "email", "host", "ip", "phone", "path", "person", "number", "account"),
        "address",
    )
}
VERA = Personal(
    names=("Acme Ltd", "Acme", "Vera", "Віра", "Олександр"),
    words={"shop_db": "account", "u12345": "account"},
    ours=("desk.example", "hosting.example"),
)


def clear(text: str) -> tuple[str, list[tuple[str, str, str]]]:
    clearing = Clearing(VERA, LABELS)  # type: ignore[arg-type]
    done = clearing.clear(text)
    return done, [(one.kind, one.original, one.placeholder) for one in clearing.replacements]


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        ("Mail to info@acme.example fails", "Mail to name@example.com fails"),
        ("www.acme.example and acme.example/cart", "example.com and example.com/cart"),
        ("https://acme.example/cart?id=7 answers 403", "https://example.com/cart?id=7 answers 403"),
        ("ftp://u12345:x@ftp.acme.example/", "ftp://example.com/"),
        ("магазин.укр не відкривається", "example.com не відкривається"),
        ("from 203.0.113.77 and 203.0.113.78", "from 192.0.2.1 and 192.0.2.2"),
        ("2001:db8:85a3::8a2e:370:7334 too", "192.0.2.1 too"),
        ("call +380 44 123-45-67 please", "call +00 000 000 00 00 please"),
        ("call (044) 123-45-67 please", "call +00 000 000 00 00 please"),
        ("as in #1042 and № 10-42", "as in [number] and [number 2]"),
        ("contract 20240011723", "contract [number]"),
        ("invoice INV-2026-0042", "invoice [number]"),
        ("/home/acme/public_html/.htaccess", "/home/account/public_html/.htaccess"),
        ("/var/www/vhosts/acme/httpdocs", "/var/www/vhosts/account/httpdocs"),
        (r"C:\Users\Vera\Desktop", r"C:\Users\account\Desktop"),
        ("database shop_db of user u12345", "database account of user account1"),
        (f"password: {MASK}", "password: [secret]"),
        ("Hello Vera, look", "Hello [person], look"),
        ("Добрий день, Оксано!", "Добрий день, [person]!"),
        ("Так, Віро, і Віри, і Вірою", "Так, [person], і [person], і [person]"),
        ("Передайте Олександрові", "Передайте [person]"),
        ("Set it.\nBest regards,\nAnna Nowak", "Set it.\nBest regards,\n[person]"),
        ("З повагою, Іван Петренко", "З повагою, [person]"),
        ("Acme Ltd's site", "[person] site"),
    ],
)
def test_what_is_personal_becomes_a_placeholder(text: str, cleared: str) -> None:
    assert clear(text)[0] == cleared


@pytest.mark.parametrize(
    "text",
    [
        "Error 403, 1045 (28000) and 552 5.2.2 at 10:30 on 2026-03-11",
        "Edit .htaccess and wp-config.php in public_html, mode 755, PHP 8.2.12",
        "Open https://hosting.example/panel or desk.example/wiki/ssl",
        "Use port 465 with smtp.hosting.example, TTL 3600, 512 MB",
        "Deny from all; php_value memory_limit 256M; chmod 644 index.html",
        "/var/www/html and /etc/nginx/nginx.conf",
        "Hello, please look. And/or 24/7, TCP/IP.",
    ],
)
def test_what_helps_others_stays(text: str) -> None:
    assert clear(text) == (text, [])


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("карта 4111 1111 1111 1111", "4111"),
        ("card 5168-7423-1234-5678", "5168"),
        ("card 4111.1111.1111.1111, exp 04/27 cvv 123", "1111 04/27 123"),
        ("IBAN UA21 3223 1300 0002 6007 2335 6600 1 OK", "UA21 3223 6600"),
        ("UA213223130000026007233566001", "UA213223"),
        ("паспорт АВ123456, паспорт серії АВ № 654321", "АВ 123456 654321"),
        ("СНИЛС 112-233-445 95", "112 445 95"),
        ("за договором № 44/12-К", "44/12"),
        ("народився 12.03.1984", "1984"),
        ("дата рождения: 12 марта 1984", "1984"),
        ("8-916-123-45-67", "916 45-67"),
        ("AKIAIOSFODNN7EXAMPLE", "AKIA"),
        ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_"),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "sk_live"),
        ("Cookie: PHPSESSID=r2t5uvjq435r4q7ib3vtdjq120; path=/", "r2t5"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3", "eyJ dozj"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "MIIE"),
        ("Я змінила пароль на сонечко", "сонечко"),
        ("I set the password to zxcvbn yesterday", "zxcvbn"),
        ("пароль zxcvbn", "zxcvbn"),
        ("мене звати Олена Коваль", "Олена Коваль"),
        ("Передайте пані Олено, дякую", "Олено"),
        ("Олено Петрівно, дивіться", "Олено Петрівно"),
        ("this is John Smith, dear John", "John Smith"),
        ("Меня зовут Иван", "Иван"),
        ("203.0.113[.]77", "203 113 77"),
        ("olenka собака gmail крапка com", "olenka gmail"),
        ("john [dot] smith [at] gmail [dot] com", "john smith gmail"),
        ("пишіть @olenka_k", "olenka"),
        ("вул. Хрещатик, 22, кв. 5", "Хрещатик 22 5"),
        ("12 Baker Street, apt 4", "12 Baker 4"),
        ("user acme_u1, база smith_db", "acme smith"),
    ],
)
def test_what_is_recognised_leaves_nothing_of_itself(text: str, gone: str) -> None:
    cleared = clear(text)[0]
    assert [part for part in gone.split() if part in cleared] == [], cleared


@pytest.mark.parametrize(
    "text",
    [
        "Змініть пароль на пошту в панелі, забули пароль на FTP",
        "Reset the password to the mailbox in the panel. Your password is not accepted.",
        "This is Internal Server Error. Це Apache, а не nginx",
        "wp_options, max_execution_time, mysqli_connect(), DB_NAME",
        "order 2 hosts; счет за хостинг; договір на хостинг",
        "Thank you for waiting. Hello World.",
        "SSL сертифікат на 90 днів, ERR_CERT_DATE_INVALID, @media print",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert clear(text) == (text, [])


@pytest.mark.parametrize(
    ("name", "cases"),
    [("Павел", "Павла Павлу Павлом"), ("Ольга", "Ольги Ользі Ольгою"), ("Пётр", "Петра Петру")],
)
def test_a_name_goes_in_all_its_cases(name: str, cases: str) -> None:
    clearing = Clearing(Personal(names=(name,)), LABELS)  # type: ignore[arg-type]
    assert clearing.clear(f"і {cases.replace(' ', ' і ')} є").count("[person]") == len(
        cases.split()
    )


def test_the_same_piece_has_one_placeholder_everywhere_and_is_told_once() -> None:
    clearing = Clearing(VERA, LABELS)  # type: ignore[arg-type]
    first = clearing.clear("acme.example and borealis.example, WWW.ACME.EXAMPLE")
    second = clearing.clear("borealis.example")
    assert (first, second) == ("example.com and example.org, example.com", "example.org")
    told = [(one.original, one.placeholder, one.count) for one in clearing.replacements]
    assert told == [("acme.example", "example.com", 2), ("borealis.example", "example.org", 2)]


def test_hostile_lengths_are_read_quickly() -> None:
    for text in (
        "a." * 20_000,
        "1 " * 20_000,
        "@" * 40_000,
        "/home/" * 8_000,
        "hello " * 8_000,
        "+0" * 20_000,
        ":" * 40_000,
        "a-" * 20_000,
        "x@" * 20_000,
        "1-" * 20_000,
        "UA12 " * 8_000,
        "a [at] " * 6_000,
        "set password " * 3_000,
        "-----BEGIN PRIVATE KEY-----" * 1_500,
    ):
        clear(text)
