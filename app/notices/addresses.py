"""Which addresses a webhook may reach: none of this machine or of our own network, unless the operator says so."""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from app.notices.message import NotSent

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
URL_LIMIT = 2000
# Addresses of IPv6 that stand for one of IPv4: the translation prefix of RFC 6052.
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a webhook goes: the address that was checked is the one that is connected to.

    Attributes:
        url: with the address in place of the host's name.
        host: as the Host header and the certificate have it.
        name: of the host alone.
    """

    url: str
    host: str
    name: str


def parts_of(url: str, allowed: Collection[str]) -> SplitResult:
    """Return the parts of a webhook's address.

    Args:
        allowed: hosts that may be reached without TLS.

    Raises:
        ValueError: what is wrong with it, in Chinese.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("不是有效的网址，请填写完整的 https:// 地址") from None
    host = (parts.hostname or "").lower()
    if len(url) > URL_LIMIT or not host or any(each <= " " or ord(each) > 126 for each in url):
        raise ValueError("不是有效的网址，请填写完整的 https:// 地址，只用英文字符，不含空格")
    if parts.username is not None or parts.password is not None:
        raise ValueError("网址里不要写用户名和密码，验证身份请用签名密钥")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in allowed):
        raise ValueError("只能用 https:// 开头的网址，内容才不会在路上被人看到")
    if port == 0:
        raise ValueError("端口不能是 0，请改正或删去")
    return parts


def target_of(url: str, allowed: Collection[str]) -> Target:
    """Resolve the host of an address and return where to connect.

    Every address that the name stands for must be public: one that is not is reason to refuse all.

    Raises:
        NotSent: it may not be reached, or has no address.
    """
    try:
        parts = parts_of(url, allowed)
    except ValueError as error:
        raise NotSent(f"webhook 地址：{error}。", final=True) from None
    name = (parts.hostname or "").lower()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = _resolve(name, port)
    if name not in allowed and not all(is_public(each) for each in found):
        raise NotSent("webhook 地址指向内部网络，不能使用。如确有需要，请联系管理员放行这台主机。", final=True)
    address = found[0]
    place = f"[{address}]" if address.version == 6 else str(address)
    at = "" if parts.port is None else f":{parts.port}"
    rest = parts._replace(netloc=f"{place}{at}", fragment="").geturl()
    return Target(rest, f"[{name}]{at}" if ":" in name else f"{name}{at}", name)


def _resolve(name: str, port: int) -> list[Address]:
    try:
        rows = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent("webhook 的主机名解析不到地址，请检查网址。") from None
    # A link-local address of IPv6 comes with its interface behind a percent sign.
    return [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows]


def is_public(address: Address) -> bool:
    """Say whether an address is one of the public internet, and of one machine there."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
