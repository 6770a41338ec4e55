"""Where webhooks may go: the public internet, and what the operator names."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notices.addresses import is_public, parts_of, target_of
from app.notices.message import NotSent
from app.notices.webhooks import sign

PRIVATE = [
    "127.0.0.1", "127.255.0.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_told(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_one_is(address):
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_of_ipv4_is_the_same_however_ipv6_writes_it(address):
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")
    translated = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | int(address))
    assert is_public(mapped) == is_public(translated) == is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook", "https://localhost/hook", "https://[::1]/hook", "https://10.0.0.8:8443/x",
        "https://169.254.169.254/latest/meta-data", "https://2130706433/", "https://0x7f000001/", "https://127.1/",
        "https://[::ffff:127.0.0.1]/", "https://0/",
    ],
)  # fmt: skip
def test_what_leads_inside_is_refused_once_it_is_resolved(url):
    with pytest.raises(NotSent, match="内部网络") as refused:
        target_of(url, frozenset())
    assert refused.value.final


def test_a_name_that_stands_for_nothing_is_tried_again():
    with pytest.raises(NotSent, match="解析") as refused:
        target_of("https://no-such-host.invalid/", frozenset())
    assert not refused.value.final


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.cn/x", "https"), ("http://example.cn/x", "https"), ("file:///etc/passwd", "网址"),
        ("https://user:secret@example.cn/", "用户名"), ("https://example.cn:0/", "端口"),
        ("https://example.cn:99999/", "网址"), ("https://", "网址"), ("example.cn", "网址"),
        ("https://exa mple.cn/", "空格"), ("https://example.cn/\r\nHost: x", "空格"), ("https://例子.cn/", "英文"),
        ("https://example.cn/" + "x" * 3000, "网址"),
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_reason(url, reason):
    with pytest.raises(ValueError, match=reason):
        parts_of(url, frozenset())


def test_a_named_host_may_be_inside_and_keeps_its_name():
    target = target_of("http://localhost:8123/hook?a=1#part", frozenset({"localhost"}))
    assert target.host == "localhost:8123"
    assert target.url in {"http://127.0.0.1:8123/hook?a=1", "http://[::1]:8123/hook?a=1"}
    # Another inside one is not named by that.
    with pytest.raises(NotSent):
        target_of("https://127.0.0.1/", frozenset({"localhost"}))


def test_a_signature_is_of_time_and_body():
    one = sign("s" * 16, "1", b"body")
    assert one.startswith("sha256=")
    assert len({one, sign("t" * 16, "1", b"body"), sign("s" * 16, "2", b"body"), sign("s" * 16, "1", b"bodz")}) == 4
