"""environment.yml from the ranges of pyproject.toml: python -m tests.environment > environment.yml"""

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXTRAS = ("workflow", "figures", "archive", "export", "learning")
"""What the workflow of the default scale, its figures, bundles and trainings need."""


def text() -> str:
    """For conda or mamba. The packages come from PyPI, under the names that pyproject.toml has for them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"]]
    for extra in EXTRAS:
        wanted += project["optional-dependencies"][extra]
    lines = [
        "# Written by `make environment` from pyproject.toml; tested versions stand in requirements.lock.",
        f"name: {project['name']}",
        "channels: [conda-forge]",
        "dependencies:",
        f"  - python{project['requires-python']}",
        "  - git",
        "  - make",
        "  - pip",
        "  - pip:",
        *(f"      - {requirement}" for requirement in dict.fromkeys(sorted(wanted, key=str.lower))),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
