"""What the codes in `trueroom.enums` have in common: values that nobody knows yet are kept."""

from __future__ import annotations

from enum import Enum, IntEnum, IntFlag


class IntCode(IntEnum):
    """A number with a name. An unknown number is a member as well, named ``UNKNOWN_`` and it."""

    def __str__(self) -> str:
        return int.__repr__(self)

    def __format__(self, format_spec: str) -> str:
        return int.__format__(self, format_spec)

    @classmethod
    def _missing_(cls, value: object) -> IntCode | None:
        if type(value) is not int:
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member

    @property
    def is_known(self) -> bool:
        """Whether the catalogue knows the value."""
        return self._value_ in type(self)._value2member_map_


class StrCode(str, Enum):
    """A text with a name. An unknown text is a member as well, named ``UNKNOWN``."""

    def __str__(self) -> str:
        return str.__str__(self)

    def __format__(self, format_spec: str) -> str:
        return str.__format__(self, format_spec)

    @classmethod
    def _missing_(cls, value: object) -> StrCode | None:
        if type(value) is not str:
            return None
        member = str.__new__(cls, value)
        member._name_ = "UNKNOWN"
        member._value_ = value
        return member

    @property
    def is_known(self) -> bool:
        """Whether the catalogue knows the value."""
        return self._value_ in type(self)._value2member_map_


class BitCode(IntFlag):
    """Numbers that are added up; unknown bits are kept."""
