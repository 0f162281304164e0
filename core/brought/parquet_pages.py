"""What a Parquet file takes unpacked, as its pages say it: a footer may say anything, and a reader believes the pages.

The format: https://parquet.apache.org/docs/file-format/, whose headers are structs of Thrift's compact protocol. No torch.
"""

from collections.abc import Collection
from typing import Any, BinaryIO

MOST_PAGES = 100_000
"""In a file: a million rows take some hundreds a column."""
MOST_HEADER_BYTES = 64 * 1024
"""Of one page: it holds the least and the greatest value."""
_MOST_DEPTH = 8
_BYTES = {1: 0, 2: 0, 3: 1, 7: 8}
"""Of values without a length of their own, by kind: in a field a truth value is its kind."""
_INTEGERS = (4, 5, 6)
_TEXT, _LIST, _SET, _STRUCT = 8, 9, 10, 12
_UNPACKED, _PACKED = 2, 3
"""Numbers of the fields of a page's header that say how many bytes it has so."""


def unpacked_bytes(file: BinaryIO, about: Any, names: Collection[str]) -> int:
    """How many bytes the pages of some columns have once they are unpacked; nothing is unpacked for it.

    Args:
        file: open for reading, anywhere.
        about: its footer, pyarrow.parquet.FileMetaData.
        names: of the columns.

    Raises:
        ValueError: its pages are not where the footer says, or are too many. OSError.
    """
    total = pages = 0
    for group in range(about.num_row_groups):
        for number in range(about.num_columns):
            column = about.row_group(group).column(number)
            if column.path_in_schema not in names:
                continue
            starts = (column.dictionary_page_offset, column.data_page_offset)
            at = min(start for start in starts if start)  # 0, where older programs mean that it has none
            end = at + column.total_compressed_size
            while at < end:
                pages += 1
                if pages > MOST_PAGES:
                    raise ValueError("pages")
                file.seek(at)
                head = _Head(file.read(MOST_HEADER_BYTES))
                sizes = head.struct()
                unpacked, packed = sizes.get(_UNPACKED, -1), sizes.get(_PACKED, -1)
                if unpacked < 0 or packed < 0:
                    raise ValueError("page")
                total += unpacked
                at += head.at + packed
    return total


class _Head:
    """Bytes that begin with a struct."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0
        """Where what was read so far ends."""

    def struct(self, depth: int = 0) -> dict[int, int]:
        """Its whole numbers, by the number of their field.

        Raises:
            ValueError: it is none.
        """
        if depth > _MOST_DEPTH:
            raise ValueError("depth")
        found: dict[int, int] = {}
        field = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            field = field + step if step else self._integer()
            if kind in _INTEGERS:
                found[field] = self._integer()
            else:
                self._skip(kind, depth)
        return found

    def _skip(self, kind: int, depth: int) -> None:
        if kind in _BYTES:
            self._pass(_BYTES[kind])
        elif kind in _INTEGERS:
            self._length()
        elif kind == _TEXT:
            self._pass(self._length())
        elif kind in (_LIST, _SET):
            head = self._byte()
            count = head >> 4 if head >> 4 < 15 else self._length()
            for _ in range(count):
                if head & 15 in (1, 2):  # in a list each has a byte of its own
                    self._pass(1)
                else:
                    self._skip(head & 15, depth + 1)
        elif kind == _STRUCT:
            self.struct(depth + 1)
        else:
            raise ValueError("kind")

    def _pass(self, count: int) -> None:
        self.at += count
        if self.at > len(self._data):
            raise ValueError("end")

    def _byte(self) -> int:
        self._pass(1)
        return self._data[self.at - 1]

    def _length(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 63:
                raise ValueError("integer")

    def _integer(self) -> int:
        value = self._length()
        return (value >> 1) ^ -(value & 1)
