"""How addresses begin: Streamlit's server.baseUrlPath, and the first parts that NoiseLens serves itself."""

EXPORT = "export"
LIVE = "live"
ENDED = "ended"
MADE = "made"


def beginning(base_path: str) -> str:
    """What stands before the first part of an address: "/app" for "app" or "/app/", "" where nothing is set."""
    return f"/{base_path.strip('/')}".rstrip("/")
