"""The page as a whole: what is on it, and in what order."""

from html import escape

from anticorr.config import Config
from anticorr.figures.claims.summary import number_of
from anticorr.report.drawn import figure, heading
from anticorr.report.origin import origin
from anticorr.report.ran import ran
from anticorr.report.style import STYLE
from anticorr.report.verdicts import counted, verdicts
from anticorr.specs import Spec
from anticorr.storage import Job

_LEAD = """\
Particles that descend their energy with noise organise themselves when the noise is anti-correlated in
time: long-range density fluctuations vanish as its correlation c<sub>t</sub> goes to −1. Below are all
figures of one scale of the project, claims about its states with their verdicts, and what ran to make
them. Captions say what is theory, and what error bars are. Equations are those of docs/theory.md."""


def page(
    config: str,
    plan: Config,
    specs: dict[str, Spec],
    images: dict[str, bytes],
    claims: list[dict[str, str]],
    jobs: list[Job],
    records: list[dict[str, str]],
    here: dict[str, str],
) -> str:
    """The whole HTML.

    config: name of the configuration; plan, specs: what it says; images: PNG of each figure by its name;
    claims: lines of claims.csv; jobs: what ran; records: attributes of each; here: versions that hold for
    this page.
    """
    figures = "\n".join(figure(name, image, plan, specs) for name, image in images.items())
    sections = {
        "figures": ("Figures", figures),
        "claims": ("Claims", verdicts(claims, f"{plan.results}/claims")),
        "run": ("What ran", ran(jobs, records)),
        "origin": ("Where it came from", origin(records, here)),
    }
    told = (
        f"{number_of(len(images), 'figure')}, {number_of(len(jobs), 'job')}, "
        f"{number_of(len(records), 'record')}. {counted(claims)}."
    )
    body = "\n".join(
        f'<section id="{name}">\n<h2>{title}</h2>\n{content}\n</section>'
        for name, (title, content) in sections.items()
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>Order from anti-correlated noise: {escape(config)}</title>\n"
        f"<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f"<header>\n<h1>Order from anti-correlated noise</h1>\n<p>Report of <code>{escape(config)}</code>. "
        f"{told}</p>\n</header>\n"
        f"{_contents(list(images), {name: title for name, (title, _) in sections.items()})}\n"
        f'<main>\n<p class="lead">{_LEAD}</p>\n{body}\n</main>\n</body>\n</html>\n'
    )


def _contents(figures: list[str], sections: dict[str, str]) -> str:
    """Links to all sections, and to every figure."""

    def link(name: str, words: str) -> str:
        return f'<li><a href="#{escape(name)}">{escape(words)}</a></li>'

    told = []
    for name, title in sections.items():
        told.append(link(name, title))
        if name == "figures":
            told[-1] = told[-1].replace(
                "</li>", f"<ul>{''.join(link(each, heading(each)) for each in figures)}</ul></li>"
            )
    return f'<nav aria-label="contents">\n<ul>{"".join(told)}</ul>\n</nav>'
