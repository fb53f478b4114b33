"""The asyncio face of the file requests."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from ._file_base import BaseFileRequest, BaseFiles, FileId, Percents, Source
from ._host import Progress
from ._record import Record
from ._stream import Stream

if TYPE_CHECKING:
    from pathlib import Path

    from .areas.files import FilesArea as _Commands
else:
    from ._area import LazyFiles as _Commands


class FileRequest(BaseFileRequest):
    """One file request of the terminal. Live: its properties always give the newest state.

    When the terminal forgets it, the last known state stays. Equal to another with the same id.
    """

    async def accept(self) -> None:
        """Accepts the offered file: the terminal begins to receive it.

        Raises:
            FileRequestError: it was answered already (no second command is sent), or is outgoing.
            TrueroomError: as for `Room.command`.
        """
        await self._accept()

    async def reject(self) -> None:
        """Declines the offered file.

        Raises:
            FileRequestError: it was answered already (no second command is sent), or is outgoing.
            TrueroomError: as for `Room.command`.
        """
        await self._reject()

    async def wait(self, timeout: float | None = None) -> FileRequest:
        """Waits until it is finished: processed, rejected or failed.

        Args:
            timeout: Longest time to wait, in seconds. Default: no limit.

        Returns:
            The request itself.

        Raises:
            WaitTimeout: it did not finish in time.
            TrueroomError: the room ended.
        """
        await self._wait(timeout)
        return self

    def progress(self) -> Progression:
        """An async iterator of percentages, 0 to 100, that ends when the request is finished.

        The first is the present one. Percentages that follow too fast for the consumer are skipped.
        Look at `status` after the end.
        """
        return Progression(self._percents())

    async def save(
        self,
        folder_or_path: str | os.PathLike[str],
        overwrite: bool = False,
        *,
        on_progress: Progress | None = None,
    ) -> Path:
        """Saves the file, after waiting until the terminal has received it.

        Into a folder it goes under the peer's name, made harmless: it never leaves the folder. The
        bytes go to a temporary file, which is renamed when it is complete and of the announced
        size.

        Args:
            folder_or_path: An existing folder, a path that ends in a separator (which is made), or
                the new file's path.
            overwrite: Replace an existing file. Default: the new one gets a number.
            on_progress: Called with bytes done and total (0 if unknown).

        Returns:
            The file's path.

        Raises:
            FileRequestError: it was not accepted, was rejected, or failed.
            TransferError: the bytes could not be fetched or written.
        """
        return await self._save(folder_or_path, overwrite, on_progress)

    async def read(self, *, on_progress: Progress | None = None) -> bytes:
        """The file's bytes, after waiting until the terminal has received it.

        Args:
            on_progress: Called with bytes done and total (0 if unknown).

        Raises:
            FileRequestError: it was not accepted, was rejected, or failed.
            TransferError: the bytes could not be fetched.
        """
        return await self._read(on_progress)


class Files(BaseFiles[FileRequest], _Commands):
    """The file requests of a room: which exist, where they stand, and acting on them."""

    _type = FileRequest

    def changes(self) -> Changes:
        """An async iterator of requests, each whenever something about it changes.

        Listens from this call on. Several changes of one request that were not fetched yet count as
        one. Ends when the room is closed; raises when the room ended with an error.
        """
        return Changes(self._changes())

    async def send(
        self,
        source: Source | None = None,
        *,
        to: str,
        name: str | None = None,
        file_id: FileId | None = None,
        on_progress: Progress | None = None,
    ) -> FileRequest:
        """Sends a file to a user.

        Args:
            source: Path of the file, or its bytes.
            to: TrueConf ID of the receiver (``callId``, documented; ``peerId`` before 4.1).
            name: Name that the receiver sees. Default: the path's. Bytes need one.
            file_id: A file uploaded before, instead of ``source``.
            on_progress: Called with bytes uploaded and total.

        Returns:
            The outgoing request; `FileRequest.wait` tells when it is through.

        Raises:
            TransferError: the bytes could not be uploaded.
            TrueroomError: as for `Room.command`.
        """
        return await self._send(source, to, name, file_id, on_progress)

    async def send_to_conference(
        self,
        source: Source | None = None,
        *,
        name: str | None = None,
        file_id: FileId | None = None,
        on_progress: Progress | None = None,
    ) -> FileRequest:
        """Sends a file to the chat of the group conference that is going on.

        Args:
            source: Path of the file, or its bytes.
            name: Name that the receivers see. Default: the path's. Bytes need one.
            file_id: A file uploaded before, instead of ``source``.
            on_progress: Called with bytes uploaded and total.

        Returns:
            The outgoing request.

        Raises:
            TransferError: the bytes could not be uploaded.
            TrueroomError: as for `Room.command`.
        """
        return await self._send_to_conference(source, name, file_id, on_progress)

    async def upload(
        self,
        source: Source,
        *,
        name: str | None = None,
        on_progress: Progress | None = None,
    ) -> FileId:
        """Puts a file on the terminal's HTTP server without sending it.

        Args:
            source: Path of the file, or its bytes.
            name: Its name there. Default: the path's. Bytes need one.
            on_progress: Called with bytes uploaded and total.

        Returns:
            Its id, for ``file_id`` of `send`, for slides, avatars and backgrounds.

        Raises:
            TransferError: the bytes could not be uploaded.
        """
        return await self._upload(source, name, on_progress)

    async def history(self) -> tuple[FileRequest, ...]:
        """The terminal's history: files that were fully received or sent
        (``getFileTransferHistory``, documented).

        Raises:
            TrueroomError: as for `Room.command`.
        """
        return await self._history()

    async def clear_history(self, delete_files: bool = False) -> None:
        """Clears the history (``clearFileTransferHistory``).

        Args:
            delete_files: Delete the files from the terminal's disk as well. A terminal before 4.1
                always does (``clearFileTransfer``).

        Raises:
            TrueroomError: as for `Room.command`.
        """
        await self._clear_history(delete_files)

    async def delete(
        self, request: FileRequest | str | None = None, *, file_id: FileId | None = None
    ) -> None:
        """Deletes a file from the terminal (``deleteFileTransferFile``; its parameters are known
        from the vendor's libraries only).

        Args:
            request: A request or its id.
            file_id: Or the file's id on the HTTP server.

        Raises:
            TrueroomError: as for `Room.command`.
        """
        await self._delete(request, file_id)

    async def refresh(self) -> None:
        """Asks the terminal for both request lists now.

        Raises:
            TrueroomError: as for `Room.command`.
        """
        await self._refresh()

    async def file_list(self) -> list[Record]:
        """The files that the terminal's HTTP server holds (``getFileList``).

        Raises:
            TrueroomError: as for `Room.command`.
        """
        return await self._file_list()


class Progression(AsyncIterator[int]):
    """Percentages of one request; see `FileRequest.progress`."""

    def __init__(self, percents: Percents) -> None:
        self._percents = percents

    def __aiter__(self) -> Progression:
        return self

    async def __anext__(self) -> int:
        percent = await self._percents.next()
        if percent is None:
            raise StopAsyncIteration
        return percent

    async def aclose(self) -> None:
        """Stops listening. Dropping the iterator does the same."""
        self._percents.close()


class Changes(AsyncIterator[FileRequest]):
    """Requests that changed; see `Files.changes`."""

    def __init__(self, stream: Stream[FileRequest]) -> None:
        self._stream = stream

    def __aiter__(self) -> Changes:
        return self

    async def __anext__(self) -> FileRequest:
        request = await self._stream.next()
        if request is None:
            raise StopAsyncIteration
        return request

    async def aclose(self) -> None:
        """Stops listening. Dropping the iterator does the same."""
        self._stream.close()
