"""What has been received, as it was received: immutable objects in a folder or a bucket.

Imports: errors, settings.
"""

from pathlib import Path

from nbhelpers.errors import BadInput
from nbhelpers.settings import bucket_and_prefix, shown
from nbhelpers.store.ahead import ReadAhead
from nbhelpers.store.objects import LocalStore, Store

__all__ = ["LocalStore", "ReadAhead", "Store", "gcs", "objects", "open_store"]


def open_store(location: str | Path) -> Store:
    """The store at a local folder, which need not exist yet, or at gs://BUCKET or gs://BUCKET/PREFIX, whose bucket must."""
    text = str(location).strip()
    if text.startswith("gs://"):
        from nbhelpers.store.gcs import GcsStore  # only who uses it pays for importing it

        return GcsStore(*bucket_and_prefix(text))
    if not text or "://" in text:
        raise BadInput(
            f"bucket {shown(text)} is neither a local folder nor on Google Cloud Storage.",
            then="give a folder, e.g. --bucket ./bucket, or --bucket gs://BUCKET.",
        )
    root = Path(text).expanduser().absolute()
    if root.exists() and not root.is_dir():
        raise BadInput(f"bucket {text!r} is a file, not a folder.", then="give the folder that holds the objects.")
    return LocalStore(root)
