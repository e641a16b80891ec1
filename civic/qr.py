"""QR codes (二维码): an address for a phone's camera, black on white whatever the page's colours."""

from base64 import b64encode
from typing import Any


def svg(address: str) -> bytes:
    """The code as an SVG file."""
    import qrcode.image.svg  # heavy, and seldom asked for

    image: bytes = qrcode.make(address, image_factory=qrcode.image.svg.SvgPathFillImage).to_string()
    return image


def data_uri(address: str) -> str:
    """The code as the src of an img, for a sheet that must print without asking again."""
    return f"data:image/svg+xml;base64,{b64encode(svg(address)).decode()}"


def image(address: str) -> Any:
    """The code as a picture of Pillow's, to be drawn into another."""
    import qrcode

    return qrcode.make(address).get_image()
