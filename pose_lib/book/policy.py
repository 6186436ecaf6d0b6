"""What a page may load, and where its figures may send: nothing from another host, and nowhere."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

__all__ = ["PLOTLY_CONFIG", "POLICY", "policy_tag"]

PLOTLY_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["sendChartToCloud"],
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "showSendToCloud": False,
    "typesetMath": False,
}
"""Options of every plotly figure: no logo of its maker, no *Share chart*, no formulas in its texts."""

_PRINT = base64.b64encode(hashlib.sha256(b"window.print()").digest()).decode()
_LOCAL = "'self' file:"  # not every browser takes the files beside a page that has no server for its own
_RULES = {
    "default-src": _LOCAL,
    # Theme, buttons and MathJax are set up by scripts within the page.
    "script-src": f"{_LOCAL} 'unsafe-inline'",
    # The theme has one attribute with a script. No other runs, so none that came in with a name.
    "script-src-attr": f"'unsafe-hashes' 'sha256-{_PRINT}'",
    "style-src": f"{_LOCAL} 'unsafe-inline'",
    # Plotly makes the picture that a reader saves from an image of this kind.
    "img-src": f"{_LOCAL} data: blob:",
    "font-src": f"{_LOCAL} data:",
    "object-src": "'none'",
    "frame-src": "'none'",
    "base-uri": "'none'",
    "form-action": _LOCAL,
}

POLICY = "; ".join(f"{name} {sources}" for name, sources in _RULES.items())
"""The content security policy of every page."""


def policy_tag() -> str:
    """The element that sets the policy; it counts for what follows it in the page's head."""
    return f'<meta http-equiv="Content-Security-Policy" content="{POLICY}" />'
