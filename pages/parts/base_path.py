"""Streamlit's server.baseUrlPath, as addresses begin with it."""


def beginning(base_path: str) -> str:
    """What stands before the first part of an address: "/app" for "app" or "/app/", "" where nothing is set."""
    return f"/{base_path.strip('/')}".rstrip("/")
