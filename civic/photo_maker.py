"""Make a photo anew, in a process of its own: pixels in, WebP out, nothing else survives (照片重制).

Run as a script by civic.files with the upload on standard input. Memory and time are bounded here, so a
hostile picture can only end this process. Exit 0: WebP on standard output, its size on standard error;
exit 3: not a picture we take.
"""

import resource
import sys
import warnings
from io import BytesIO

MEMORY_BYTES, CPU_SECONDS = 1024 * 1024 * 1024, 5
LONGEST_EDGE = 1920
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
REFUSED = 3


def main(most_pixels: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    from PIL import Image, ImageOps
    from pillow_heif import register_heif_opener

    register_heif_opener()
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = most_pixels
    try:
        with Image.open(BytesIO(sys.stdin.buffer.read()), formats=FORMATS) as given:
            if getattr(given, "n_frames", 1) > 1 or given.width * given.height > most_pixels:
                return REFUSED
            given.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
            upright = ImageOps.exif_transpose(given).convert("RGBA")
            upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        MemoryError,
    ):
        return REFUSED
    fresh = Image.new("RGB", upright.size, "white")
    fresh.paste(upright, mask=upright.getchannel("A"))
    fresh.save(sys.stdout.buffer, "WEBP", quality=80)
    sys.stderr.write(f"{fresh.width} {fresh.height}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
