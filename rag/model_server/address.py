"""Where the server is and with which key it is asked: checked before anything is sent."""

import ipaddress
import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from rag.errors import SettingsError
from rag.settings import KEY_VARIABLE

_EXAMPLE: Final = "It takes an address like http://127.0.0.1:11434/v1."
_ENDPOINT: Final = "/chat/completions"


def read_address(url: str) -> str:
    """`llm.url` without its last slash; a bare host gets `/v1`, the whole endpoint's address is cut to its base.

    What is no address, or holds a name, a password or a query, is a SettingsError that does not repeat it.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise SettingsError("The setting llm.url is no address.", _EXAMPLE) from error
    if parts.scheme not in ("http", "https") or not host:
        raise SettingsError("The setting llm.url is no address.", _EXAMPLE)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        what = "The setting llm.url holds more than an address."
        raise SettingsError(what, f"Write no name, password or ? in it; the key belongs into {KEY_VARIABLE}.")
    path = parts.path.rstrip("/").removesuffix(_ENDPOINT) or "/v1"
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}{f':{port}' if port else ''}{path}"


def read_key(environment: Mapping[str, str] | None = None) -> str:
    """The key from the environment, empty if there is none; one that no header can hold is a SettingsError."""
    key = (os.environ if environment is None else environment).get(KEY_VARIABLE, "").strip()
    if not all("!" <= char <= "~" for char in key):
        what = f"The variable {KEY_VARIABLE} holds blanks or characters that cannot be sent."
        raise SettingsError(what, "Copy the key into it anew.")
    return key


def is_open_to_listeners(address: str) -> bool:
    """Whether what is sent to the address, the key included, crosses a network unencrypted."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "https" or host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True
