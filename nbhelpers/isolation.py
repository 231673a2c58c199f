"""Starting Python with nothing of its surroundings: no start-up file, no .pth, no sitecustomize, no PYTHON* variable.

So the code that runs is this checkout's and that of the packages installed for it, and nobody has changed it on the way.

Imports: nothing.
"""

import hashlib
import os
import site
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = (".py", ".sql", ".j2")
_digests: dict[tuple, str] = {}  # of the package, by the states of its files
BARE = ("-I", "-S")  # no variables, no user's packages, no current folder; no site: no .pth, no sitecustomize


def bare_command(script: Path, *words: str) -> list[str]:
    """The command that runs a script bare; it finds packages only after `add_packages`."""
    return [sys.executable, *BARE, str(script), *words]


def add_packages() -> None:
    """Let a bare process find the checkout and the packages installed beside its Python, obeying no .pth among them."""
    sys.path += [folder for folder in (str(ROOT), *package_folders()) if folder not in sys.path]


def package_folders() -> list[str]:
    """Where the packages of the Python that runs are installed: in its virtual environment, where it has one."""
    beside = Path(sys.executable).parent.parent
    if not (beside / "pyvenv.cfg").is_file():
        return site.getsitepackages([sys.base_prefix])
    # Not asked of `site`: Debian's tells its own folders to whoever has not looked for an environment, as we have not.
    return [str(beside / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages")]


def package_digest() -> str:
    """The SHA-256 of all code, SQL and templates of the helper package that this process has loaded.

    Read once for as long as no file changes: a time of change cannot be set back as others can.
    """
    states = tuple(_code_files(Path(__file__).resolve().parent))
    if states not in _digests:
        digest = hashlib.sha256()
        for name, path, _ in states:
            digest.update(f"{name}\0".encode() + Path(path).read_bytes())
        _digests[states] = digest.hexdigest()
    return _digests[states]


def _code_files(package: Path) -> list[tuple]:
    """The package's files of code in order: name within it, path, and what changes when a file is written to or replaced.

    It is asked after every notebook, so names are joined as text: a Path for each takes ten times as long.
    """
    found = []
    for folder, inside, files in os.walk(package):
        inside[:] = [name for name in inside if name != "__pycache__"]
        above = folder[len(str(package)) + 1 :].replace(os.sep, "/")
        for name in files:
            if name.endswith(CODE):
                path = os.path.join(folder, name)
                found.append((f"{above}/{name}" if above else name, path, _state(os.stat(path))))
    return sorted(found, key=lambda file: file[0].split("/"))


def _state(of: os.stat_result) -> tuple[int, ...]:
    return of.st_ino, of.st_size, of.st_mtime_ns, of.st_ctime_ns
