"""Pictures as a movie: .mp4 by ffmpeg, .gif by Pillow. The same pictures give the same bytes."""

import contextlib
import itertools
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

MOVIES = (".mp4", ".gif")
MOST_A_SECOND = {".mp4": 60.0, ".gif": 50.0}
"""Frames; a GIF counts time in hundredths of a second, and viewers take fewer than two of them for ten."""


def write_movie(name: str, pictures: Iterable[np.ndarray], rate: float, comment: str) -> None:
    """Write pictures (height, width, 3), 8 bits a channel, of even sides, as the file `name`.

    rate: pictures a second; comment: stands in the file. Raises ModuleNotFoundError where there is nothing
    to write this format with, OSError where it failed.
    """
    {".mp4": _write_mp4, ".gif": _write_gif}[Path(name).suffix](name, iter(pictures), rate, comment)


def ffmpeg() -> str:
    """The program: of the system, else that of the package imageio-ffmpeg."""
    found = shutil.which("ffmpeg")
    if found is None:
        import imageio_ffmpeg

        found = str(imageio_ffmpeg.get_ffmpeg_exe())
    return found


def comment_of(name: str | Path) -> str:
    """The comment of a .gif, which stands there in pieces of 255 letters. OSError where it is none."""
    from PIL import Image

    with Image.open(name) as picture:
        return str(picture.info.get("comment", b""), "latin-1")


def _write_mp4(name: str, pictures: Iterator[np.ndarray], rate: float, comment: str) -> None:
    """H.264 in the colours that every player knows."""
    program, first = ffmpeg(), next(pictures)
    height, width, _ = first.shape
    command = [
        program, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
        "-s", f"{width}x{height}", "-r", f"{rate:.6g}", "-i", "-",
        "-c:v", "libx264", "-crf", "20", "-pix_fmt", "yuv420p",
        # One thread, and no name of the program: bytes then depend on the pictures alone.
        "-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
        "-movflags", "+faststart", "-metadata", f"comment={comment}", name,
    ]  # fmt: skip
    # Not in this process group: Ctrl-C is for this process, which then closes the pipe.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stderr
        try:
            with contextlib.suppress(BrokenPipeError):  # it says why
                for picture in itertools.chain([first], pictures):
                    process.stdin.write(picture.tobytes())
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            said = process.stderr.read().decode(errors="replace").strip()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise OSError(f"ffmpeg: {said.splitlines()[-1] if said else f'ended with {process.returncode}'}")


def _write_gif(name: str, pictures: Iterator[np.ndarray], rate: float, comment: str) -> None:
    """With 256 colours of the first picture, so that they do not flicker."""
    from PIL import Image

    plain, cover = Image.Dither.NONE, Image.Quantize.MAXCOVERAGE
    first = Image.fromarray(next(pictures)).quantize(256, method=cover, dither=plain)
    others = (Image.fromarray(picture).quantize(palette=first, dither=plain) for picture in pictures)
    first.save(
        name, save_all=True, append_images=others, duration=1000 / rate, loop=0, comment=comment.encode()
    )
