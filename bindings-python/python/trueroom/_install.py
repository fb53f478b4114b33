"""Says in plain words why the native module cannot be loaded. Imported only then."""

from __future__ import annotations

import os
import platform
import sys
import sysconfig


def explain(error: ImportError) -> str:
    """A message that tells the interpreter, what is installed, and what to do."""
    folder = os.path.dirname(os.path.abspath(__file__))
    found = sorted(name for name in os.listdir(folder) if name.startswith("_native."))
    found = [name for name in found if name.endswith((".so", ".pyd"))]
    threads = " without the GIL" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    here = (
        f"{platform.python_implementation()} {platform.python_version()}{threads} on "
        f"{sysconfig.get_platform()}{_libc()}"
    )
    if not found:
        what = f"the native module is missing in {folder}"
        advice = (
            "If you run from a source folder, leave it or build with 'maturin develop'; otherwise "
            f"install again: {sys.executable} -m pip install --force-reinstall trueroom"
        )
    else:
        what = f"{', '.join(found)} cannot be loaded: {error}"
        advice = (
            "The installed wheel is most likely for another interpreter or platform (copied "
            "environment, other container image). Install again with this interpreter: "
            f"{sys.executable} -m pip install --force-reinstall --no-cache-dir trueroom"
        )
    wheel = _wheel_tags(folder)
    return (
        f"trueroom does not start: {what}. This interpreter: {here}. Installed wheel: {wheel}. "
        f"{advice}"
    )


def _libc() -> str:
    if sys.platform != "linux":
        return ""
    name, version = platform.libc_ver()
    # An empty answer is what musl (Alpine) gives.
    return f", {name} {version}" if name else ", musl or unknown libc"


def _wheel_tags(folder: str) -> str:
    parent = os.path.dirname(folder)
    try:
        for name in os.listdir(parent):
            if name.startswith("trueroom-") and name.endswith(".dist-info"):
                with open(os.path.join(parent, name, "WHEEL"), encoding="utf-8") as file:
                    tags = [line[5:].strip() for line in file if line.startswith("Tag: ")]
                return ", ".join(tags) or "no tag"
    except OSError:
        pass
    return "none found"
