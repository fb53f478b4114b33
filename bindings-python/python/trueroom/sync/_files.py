"""The blocking face of the file requests. Thin: what it does is in `BaseFiles`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import _files
from .._file_base import BaseFileRequest, BaseFiles, FileId, Percents, Source
from .._host import Progress, run
from .._record import Record
from .._stream import Stream
from ._mirror import mirrors

if TYPE_CHECKING:
    from pathlib import Path

    from ._areas import FilesArea as _Commands
else:
    from ._areas import LazyBlockingFiles as _Commands


@mirrors(_files.FileRequest)
class FileRequest(BaseFileRequest):
    def accept(self) -> None:
        run(self._accept())

    def reject(self) -> None:
        run(self._reject())

    def wait(self, timeout: float | None = None) -> FileRequest:
        run(self._wait(timeout))
        return self

    def progress(self) -> Progression:
        return Progression(self._percents())

    def save(
        self,
        folder_or_path: str | os.PathLike[str],
        overwrite: bool = False,
        *,
        on_progress: Progress | None = None,
    ) -> Path:
        return run(self._save(folder_or_path, overwrite, on_progress))

    def read(self, *, on_progress: Progress | None = None) -> bytes:
        return run(self._read(on_progress))


@mirrors(_files.Files)
class Files(BaseFiles[FileRequest], _Commands):
    _type = FileRequest

    def changes(self) -> Changes:
        return Changes(self._changes())

    def send(
        self,
        source: Source | None = None,
        *,
        to: str,
        name: str | None = None,
        file_id: FileId | None = None,
        on_progress: Progress | None = None,
    ) -> FileRequest:
        return run(self._send(source, to, name, file_id, on_progress))

    def send_to_conference(
        self,
        source: Source | None = None,
        *,
        name: str | None = None,
        file_id: FileId | None = None,
        on_progress: Progress | None = None,
    ) -> FileRequest:
        return run(self._send_to_conference(source, name, file_id, on_progress))

    def upload(
        self,
        source: Source,
        *,
        name: str | None = None,
        on_progress: Progress | None = None,
    ) -> FileId:
        return run(self._upload(source, name, on_progress))

    def history(self) -> tuple[FileRequest, ...]:
        return run(self._history())

    def clear_history(self, delete_files: bool = False) -> None:
        run(self._clear_history(delete_files))

    def delete(
        self, request: FileRequest | str | None = None, *, file_id: FileId | None = None
    ) -> None:
        run(self._delete(request, file_id))

    def refresh(self) -> None:
        run(self._refresh())

    def file_list(self) -> list[Record]:
        return run(self._file_list())


class Progression(Iterator[int]):
    """Percentages of one request; see `FileRequest.progress`."""

    def __init__(self, percents: Percents) -> None:
        self._percents = percents

    def __iter__(self) -> Progression:
        return self

    def __next__(self) -> int:
        percent = run(self._percents.next())
        if percent is None:
            raise StopIteration
        return percent

    def close(self) -> None:
        """Stops listening. Dropping the iterator does the same."""
        self._percents.close()


class Changes(Iterator[FileRequest]):
    """Requests that changed; see `Files.changes`."""

    def __init__(self, stream: Stream[FileRequest]) -> None:
        self._stream = stream

    def __iter__(self) -> Changes:
        return self

    def __next__(self) -> FileRequest:
        request = run(self._stream.next())
        if request is None:
            raise StopIteration
        return request

    def close(self) -> None:
        """Stops listening. Dropping the iterator does the same."""
        self._stream.close()
