"""What a browser calls itself, in words that people recognise."""

# The first that is found counts: Edge calls itself Chrome too, and Chrome Safari.
_BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "安卓手机"), ("Mac OS", "macOS"),
    ("HarmonyOS", "鸿蒙"), ("Linux", "Linux"),
)  # fmt: skip


def browser_name(agent: str) -> str:
    """Return browser and system of a User-Agent header."""
    parts = [next((name for mark, name in marks if mark in agent), None) for marks in (_BROWSERS, _SYSTEMS)]
    return "，".join(part for part in parts if part) or "其他程序"
