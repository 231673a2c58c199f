"""Answers kept in files, a file each: what is not there as it was written, whole, is not there."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import pyarrow as pa


def read(path: Path) -> bytes | None:
    """What a file keeps; None where it is not there, or not whole."""
    with suppress(OSError):
        digest, body = (text := path.read_bytes())[:32], text[32:]
        if hashlib.sha256(body).digest() == digest:
            return body
    return None


def write(path: Path, body: bytes, is_replacing: bool = True) -> None:
    """Keep something in a file, below its digest; OSError where that cannot be, or where it is there and not to be replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_bytes(hashlib.sha256(body).digest() + body)
    if is_replacing:
        os.replace(aside, path)
        return
    try:
        os.link(aside, path)
    finally:
        aside.unlink()


def packed(rows: pa.Table) -> bytes:
    """Rows in Arrow's format."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return sink.getvalue().to_pybytes()


def unpacked(body: bytes) -> pa.Table:
    """The rows that were packed."""
    return pa.ipc.open_stream(body).read_all()


def name(*question: object) -> str:
    """The name of a question's file."""
    return hashlib.sha256(repr(question).encode()).hexdigest()[:32]
