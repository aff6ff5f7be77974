"""Rules of the house that no tool knows: sizes, where SQL stands, who reads time and environment.

Prints one line for each breach, with the reason of the rule; exit code 1 when there is any.
"""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Who puts the features together, and so knows their rooms.
COMPOSERS = {"__main__", "app", "cli", "health", "seed", "worker"}
# Not features but libraries, entered by what one needs of them.
LIBRARIES = {"kit", "policy", "settings"}
# Doors beside the front one. Those of people and of pages load the web framework, which actions
# and stores that enter by the front must never do.
SIDE_DOORS = {
    # Writing down a change of rights or settings, whose plain words need its name beside them.
    "people.changes",
    # Limits of rate, for what strangers may do.
    "people.limits",
    "people.posts",
    "people.visit",
    "people.web",
    # A page of one feature that stands among those of another: its tabs, its client, its hours.
    "people.pages.clients",
    "regulations.pages.common",
    "regulations.pages.edit",
    "regulations.pages.hours",
}
EDGES = re.compile(
    r"(api|pages|pages_\w+|web|visit|posts|routes|widget|app|health|openapi|problems|reading)(\.py)?"
)
# Bare participles: searched for, they are found everywhere and say nothing of what is meant.
PARTICIPLES = set(
    "accepted answered applied arrived asked begun bounded changed checked chosen closed composed "
    "counted covered created dated done drafted edited ended found given given_back grouped heard "
    "held joined keyed kept known left linked listed made masked meant measured merged modified "
    "moved named offered opened owed packed paid parsed passed placed promised quoted redacted "
    "refused removed rendered reopened revoked said sealed seen sent settled shortened shown "
    "sorted spent spoken started stored stranded survived taken theirs timed told translated "
    "turned unheard wanted wrapped written".split()
)
# Those with the most meanings, which not even a variable bears.
VAGUE = {"shown", "told"}
SIZED = {".py", ".js", ".css", ".html", ".sql", ".sh"}
FILE_LINES, FUNCTION_LINES = 400, 40
SQL = re.compile(
    r"\s*(select\s.+\sfrom\s|insert into\s|update \w+ set\s|delete from\s|with \w+ as\s"
    r"|lock table\s|create (table|index)\s|alter table\s|truncate\s|on conflict\s)",
    re.DOTALL,
)
REASONS = {
    "file": f"a file over {FILE_LINES} lines holds more than one thing; split it",
    "function": f"a function over {FUNCTION_LINES} lines cannot be seen at once; name its steps",
    "sql": "SQL stands in store.py, where every query of a feature is seen at once",
    "door": "a feature's SQL is its own; take what its __init__.py offers, or offer it there",
    "front": "a feature is entered by its __init__.py; offer there what others need",
    "framework": "only edges speak HTTP (api, pages, web …); what they show is free of it",
    "twice": "one name stands for one thing; give the rarer one a name that says what it is",
    "name": "a bare participle cannot be searched for; name the thing, or what is done to it",
    "time": "only kit/clock.py reads the time; take `now`, which tests and the seed choose",
    "environment": "only settings.py reads the environment; docs/operate.md lists it all",
}


def main() -> int:
    """Look at every file that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    paths = [Path(name) for name in sorted(set(listed))]
    breaches = [line for path in paths for line in look(path)]
    breaches.extend(look_at_classes(path for path in paths if is_inside(path)))
    sys.stdout.writelines(f"{line}\n" for line in breaches)
    return 1 if breaches else 0


def look(path: Path) -> Iterator[str]:
    """The breaches of one file."""
    full = ROOT / path
    if path.suffix not in SIZED or not full.is_file():
        return
    text = full.read_text()
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield breach(path, 1, "file", f"{lines} lines")
    if path.suffix == ".py":
        yield from look_inside(path, ast.parse(text))


def look_at_classes(paths: Iterable[Path]) -> Iterator[str]:
    """Public classes whose name another class, or an alias of a type, bears as well."""
    bearers: dict[str, list[tuple[Path, ast.stmt]]] = defaultdict(list)
    for path in paths:
        if path.suffix == ".py" and (ROOT / path).is_file():
            for node in ast.parse((ROOT / path).read_text()).body:
                if name := type_name(node):
                    bearers[name].append((path, node))
    for name, nodes in bearers.items():
        if len(nodes) > 1 and any(isinstance(node, ast.ClassDef) for _, node in nodes):
            for path, node in nodes:
                yield breach(path, node.lineno, "twice", name)


def type_name(node: ast.stmt) -> str:
    """The name of a public class, or of an alias as in `Row = dict[str, str]`; else nothing."""
    if isinstance(node, ast.ClassDef):
        return "" if node.name.startswith("_") else node.name
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Subscript | ast.BinOp):
        return ""
    name = ast.unparse(node.targets[0])
    return name if re.fullmatch(r"[A-Z]\w*[a-z]\w*", name) else ""


def look_inside(path: Path, tree: ast.Module) -> Iterator[str]:
    """The breaches of Python code."""
    inside, quiet = is_inside(path), docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from look_at_function(path, node)
        elif inside and isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in quiet and SQL.match(node.value) and not may_hold_sql(path):
                yield breach(path, node.lineno, "sql", node.value.split("\n")[0][:40])
        elif inside and isinstance(node, ast.Name | ast.arg):
            if variable(node) in VAGUE:
                yield breach(path, node.lineno, "name", variable(node))
        elif inside and isinstance(node, ast.Attribute):
            yield from look_at_name(path, node)
        elif inside and isinstance(node, ast.ImportFrom):
            yield from look_at_import(path, node)


def look_at_function(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    size = length(node)
    if size > FUNCTION_LINES:
        yield breach(path, node.lineno, "function", f"{node.name}, {size} lines")
    if is_inside(path) and node.name.lstrip("_") in PARTICIPLES and not is_property(node):
        yield breach(path, node.lineno, "name", node.name)


def variable(node: ast.Name | ast.arg) -> str:
    """The name of a parameter, or of a variable where it gets its value."""
    if isinstance(node, ast.arg):
        return node.arg
    return node.id if isinstance(node.ctx, ast.Store) else ""


def look_at_name(path: Path, node: ast.Attribute) -> Iterator[str]:
    name = ast.unparse(node)
    if name in ("datetime.now", "datetime.utcnow", "date.today", "time.time") and not (
        path.match("kit/clock.py")
    ):
        yield breach(path, node.lineno, "time", name)
    composes = path.match("settings.py")
    if name in ("os.environ", "os.getenv") and "kit" not in path.parts and not composes:
        yield breach(path, node.lineno, "environment", name)


def look_at_import(path: Path, node: ast.ImportFrom) -> Iterator[str]:
    module = (node.module or "").split(".")
    if module[0] == "litestar" and not any(EDGES.fullmatch(part) for part in path.parts[2:]):
        yield breach(path, node.lineno, "framework", node.module or "")
    foreign = module[0] == "firstline" and len(module) > 1 and module[1] != path.parts[2]
    if foreign and is_past_the_door(path, module[1:]):
        yield breach(path, node.lineno, "front", node.module or "")
    names = [module[-1], *(name.name for name in node.names)] if foreign else []
    for name in names:
        if name == "store" or name.endswith("_store"):
            yield breach(path, node.lineno, "door", f"{node.module}: {name}")


def is_past_the_door(path: Path, module: list[str]) -> bool:
    """Whether a module inside a feature is imported from outside."""
    composes = path.parts[2].removesuffix(".py") in COMPOSERS
    side = ".".join(module) in SIDE_DOORS
    return len(module) > 1 and module[0] not in LIBRARIES and not composes and not side


def is_inside(path: Path) -> bool:
    return path.parts[:2] == ("src", "firstline")


def may_hold_sql(path: Path) -> bool:
    return path.name == "store.py" or path.name.endswith("_store.py") or "kit" in path.parts


def is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function reads as a field does, of which `request.closed` is a good name."""
    return any(ast.unparse(each) == "property" for each in node.decorator_list)


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    end = node.end_lineno or node.lineno
    first = node.body[0]
    last = first.end_lineno or first.lineno if isinstance(first, ast.Expr) else 0
    words = last - first.lineno + 1 if is_words(first) else 0
    return end - node.lineno + 1 - words


def docstrings(tree: ast.Module) -> set[int]:
    """Strings that stand alone as a statement."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def is_words(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def breach(path: Path, line: int, rule: str, what: str) -> str:
    return f"{path}:{line}: {what}: {REASONS[rule]}"


if __name__ == "__main__":
    sys.exit(main())
