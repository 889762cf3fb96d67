"""Looks around in Windows, or acts there, for the trial: run by Windows' Python, be it under wine.

`python inside.py NAME ARGUMENT...` runs one of the functions below and prints what it found as JSON. Standard library
only, but for `keep_key`, which uses the program's own code.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import winreg
from ctypes import wintypes
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

assert sys.platform == "win32"  # noqa: S101 - what follows is known to type checkers on Windows only

_user = ctypes.WinDLL("user32", use_last_error=True)
_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_vault = ctypes.WinDLL("advapi32", use_last_error=True)
_kernel.CreateFileW.restype = wintypes.HANDLE
_kernel.OpenProcess.restype = wintypes.HANDLE

_Visit: Any = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
_ENDS_AND_TELLS: Final = 0x1001  # PROCESS_TERMINATE and PROCESS_QUERY_LIMITED_INFORMATION
_WM_CLOSE: Final = 0x10
_WM_COMMAND: Final = 0x111
_SET_CHECK: Final = 0xF1
_STYLE: Final = -16
_EVERY_READING: Final = 0x80000000  # GENERIC_READ
_OPEN_EXISTING: Final = 3
_FOLDERS_TOO: Final = 0x02000000  # FILE_FLAG_BACKUP_SEMANTICS
_AS_DATA: Final = 2  # LOAD_LIBRARY_AS_DATAFILE
_MANIFEST: Final = 24  # RT_MANIFEST
_BRITISH_UNICODE: Final = "080904B0"  # as build.spec writes it
_VERSION_TEXTS: Final = ("CompanyName", "FileDescription", "FileVersion", "ProductName", "ProductVersion")


def folders() -> dict[str, str]:
    """Where this person's data lie, what Windows calls itself, and the person."""
    known = {name: os.environ[name] for name in ("APPDATA", "LOCALAPPDATA", "USERNAME")}
    version = sys.getwindowsversion()
    return {**known, "WINDOWS": f"{version.major}.{version.minor}.{version.build}"}


def registry(path: str) -> dict[str, str | int] | None:
    r"""Every value at and below a key of this person, by `subkey\name`; none where the key is not there."""
    try:
        return dict(_values(path, ""))
    except FileNotFoundError:
        return None


def _values(path: str, below: str) -> Iterator[tuple[str, str | int]]:
    with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path + below) as key:
        keys, values, _ = winreg.QueryInfoKey(key)
        for number in range(values):
            name, value, _ = winreg.EnumValue(key, number)
            yield f"{below}\\{name}".strip("\\"), value
        names = [winreg.EnumKey(key, number) for number in range(keys)]
    for name in names:
        yield from _values(path, f"{below}\\{name}")


def write_registry(path: str, name: str, value: str) -> None:
    """Sets a text of this person's registry."""
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, path) as key:
        winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)


def share_scheme(scheme: str) -> None:
    """Gives this person's handler of a scheme to all: wine does not lay the two over each other, as Windows does."""
    path = f"Software\\Classes\\{scheme}"
    command = (registry(path) or {})["shell\\open\\command"]
    for below, name, value in (("", "URL Protocol", ""), ("\\shell\\open\\command", "", str(command))):
        with winreg.CreateKey(winreg.HKEY_LOCAL_MACHINE, path + below) as key:
            winreg.SetValueEx(key, name, 0, winreg.REG_SZ, value)


def open_link(link: str) -> None:
    """Opens a link as a click on it does."""
    os.startfile(link)  # noqa: S606 - that is what is tried


def windows_of(program: str) -> list[dict[str, str | int | bool]]:
    """The windows that are seen of a program, from front to back: title, class, number, whether it is in front.

    The program is named by its path; a `*` in it stands for anything.
    """
    found: list[dict[str, str | int | bool]] = []
    front = _user.GetForegroundWindow()

    def take(window: int, _: int) -> bool:
        owner = wintypes.DWORD()
        _user.GetWindowThreadProcessId(wintypes.HWND(window), ctypes.byref(owner))
        if _user.IsWindowVisible(wintypes.HWND(window)) and _is_image(owner.value, program):
            texts = [ctypes.create_unicode_buffer(500) for _ in range(2)]
            _user.GetWindowTextW(wintypes.HWND(window), texts[0], 500)
            _user.GetClassNameW(wintypes.HWND(window), texts[1], 500)
            is_front = window == front
            found.append({"title": texts[0].value, "class": texts[1].value, "number": window, "is_front": is_front})
        return True

    _user.EnumWindows(_Visit(take), 0)
    return found


def close_windows(program: str) -> int:
    """Closes a program's windows as their crosses do; tells how many there were."""
    found = windows_of(program)
    for item in found:
        _user.PostMessageW(wintypes.HWND(int(item["number"])), _WM_CLOSE, 0, 0)
    return len(found)


def press(program: str, button: str) -> bool:
    """Presses a button, by its number (1: next, 2: cancel, 4: retry), of the window of a program that is in front."""
    found = windows_of(program)
    if found:
        _user.PostMessageW(wintypes.HWND(int(found[0]["number"])), _WM_COMMAND, int(button), 0)
    return bool(found)


def uncheck_box(program: str) -> int:
    """Takes the ticks out of the boxes of a program's front window; tells how many boxes there were."""
    boxes: list[int] = []

    def take(control: int, _: int) -> bool:
        kind = ctypes.create_unicode_buffer(100)
        _user.GetClassNameW(wintypes.HWND(control), kind, 100)
        style = _user.GetWindowLongW(wintypes.HWND(control), _STYLE)
        if kind.value == "Button" and style & 0xF in {2, 3} and _user.IsWindowVisible(wintypes.HWND(control)):
            _user.SendMessageW(wintypes.HWND(control), _SET_CHECK, 0, 0)
            boxes.append(control)
        return True

    for window in windows_of(program)[:1]:
        _user.EnumChildWindows(wintypes.HWND(int(window["number"])), _Visit(take), 0)
    return len(boxes)


def about(program: str) -> dict[str, str | int]:
    """What Windows finds in a program's file: the texts of its version, how many icons, its manifest."""
    versions = ctypes.WinDLL("version")
    size = versions.GetFileVersionInfoSizeW(program, None)
    block = ctypes.create_string_buffer(size)
    versions.GetFileVersionInfoW(program, 0, size, block)
    found: dict[str, str | int] = {name: _version_text(versions, block, name) for name in _VERSION_TEXTS}
    found["icons"] = ctypes.WinDLL("shell32").ExtractIconExW(program, -1, None, None, 0)
    _kernel.LoadLibraryExW.restype = ctypes.c_void_p
    _kernel.FindResourceW.restype = ctypes.c_void_p
    _kernel.LoadResource.restype = ctypes.c_void_p
    _kernel.LockResource.restype = ctypes.c_void_p
    module = ctypes.c_void_p(_kernel.LoadLibraryExW(program, None, _AS_DATA))
    place = ctypes.c_void_p(_kernel.FindResourceW(module, ctypes.c_void_p(1), ctypes.c_void_p(_MANIFEST)))
    content = _kernel.LockResource(ctypes.c_void_p(_kernel.LoadResource(module, place)))
    found["manifest"] = ctypes.string_at(content, _kernel.SizeofResource(module, place)).decode("utf-8")
    return found


def _version_text(versions: ctypes.WinDLL, block: ctypes.Array[ctypes.c_char], name: str) -> str:
    text, length = ctypes.c_void_p(), wintypes.UINT()
    versions.VerQueryValueW(
        block, f"\\StringFileInfo\\{_BRITISH_UNICODE}\\{name}", ctypes.byref(text), ctypes.byref(length)
    )
    return ctypes.wstring_at(text.value) if text.value else ""


def processes_of(program: str) -> list[int]:
    """The numbers of the processes that run a program."""
    numbers = (wintypes.DWORD * 4096)()
    size = wintypes.DWORD()
    ctypes.WinDLL("psapi").EnumProcesses(ctypes.byref(numbers), ctypes.sizeof(numbers), ctypes.byref(size))
    return [number for number in numbers[: size.value // 4] if _is_image(number, program)]


def end(program: str) -> int:
    """Ends the processes that run a program, as a power cut would; tells how many there were."""
    found = processes_of(program)
    for number in found:
        process = wintypes.HANDLE(_kernel.OpenProcess(_ENDS_AND_TELLS, False, number))
        _kernel.TerminateProcess(process, 1)
        _kernel.CloseHandle(process)
    return len(found)


def _is_image(number: int, program: str) -> bool:
    process = _kernel.OpenProcess(_ENDS_AND_TELLS, False, number)
    if not process:
        return False
    path = ctypes.create_unicode_buffer(1000)
    size = wintypes.DWORD(1000)
    _kernel.QueryFullProcessImageNameW(wintypes.HANDLE(process), 0, path, ctypes.byref(size))
    _kernel.CloseHandle(wintypes.HANDLE(process))
    return fnmatch(path.value.lower(), program.lower()) if "*" in program else path.value.lower() == program.lower()


class _Credential(ctypes.Structure):
    _fields_ = (
        ("flags", wintypes.DWORD),
        ("kind", wintypes.DWORD),
        ("target", wintypes.LPWSTR),
        ("comment", wintypes.LPWSTR),
        ("written", wintypes.FILETIME),
        ("size", wintypes.DWORD),
        ("content", ctypes.c_void_p),
        ("persist", wintypes.DWORD),
        ("attribute_count", wintypes.DWORD),
        ("attributes", ctypes.c_void_p),
        ("alias", wintypes.LPWSTR),
        ("user", wintypes.LPWSTR),
    )


def credentials() -> list[str]:
    """What Windows' Credential Manager holds: each entry's target and user, sorted."""
    count = wintypes.DWORD()
    entries = ctypes.POINTER(ctypes.POINTER(_Credential))()
    if not _vault.CredEnumerateW(None, 0, ctypes.byref(count), ctypes.byref(entries)):
        return []
    found = sorted(f"{entries[place].contents.target} | {entries[place].contents.user}" for place in range(count.value))
    _vault.CredFree(entries)
    return found


def keep_key(data_folder: str, domain: str, email: str, key: str) -> None:
    """Has the program's own code note an account and put its key into the keyring, as its window does."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from heatpunk_desktop.config.credentials import Credentials  # noqa: PLC0415 - only where it is wanted
    from heatpunk_desktop.config.settings import Settings  # noqa: PLC0415 - as above
    from heatpunk_desktop.domain.account import Account  # noqa: PLC0415 - as above

    account = Account(domain, email)
    Credentials(environment={}).set(account, key)
    settings = Settings.load(Path(data_folder))
    settings.domain, settings.email = domain, email
    settings.note_key(account)
    settings.save()


def hold(path: str) -> None:
    """Holds a file or a folder so that nobody else may open it, as virus scanners do, until the standard input ends."""
    handle = _kernel.CreateFileW(path, _EVERY_READING, 0, None, _OPEN_EXISTING, _FOLDERS_TOO, None)
    print("held" if handle != wintypes.HANDLE(-1).value else "not held", flush=True)  # noqa: T201 - whoever holds waits
    sys.stdin.read()


def main() -> None:
    """Runs the function that the command line names."""
    name, *arguments = sys.argv[1:]
    function: Callable[..., object] = globals()[name]
    found = function(*arguments)
    print(json.dumps(found))  # noqa: T201 - this is what it is for


if __name__ == "__main__":
    main()
