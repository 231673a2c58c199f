"""Starting Python with nothing of its surroundings: no start-up file, no .pth, no sitecustomize, no PYTHON* variable.

So the code that runs is this checkout's and that of the packages installed for it, and nobody has changed it on the way.

Imports: nothing.
"""

import hashlib
import site
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = (".py", ".sql", ".j2")
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
    prefix = beside if (beside / "pyvenv.cfg").is_file() else Path(sys.base_prefix)
    return site.getsitepackages([str(prefix)])


def package_digest() -> str:
    """The SHA-256 of all code, SQL and templates of the helper package that this process has loaded."""
    folder, digest = Path(__file__).resolve().parent, hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in CODE):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()
