"""The look of the page: one column on a phone and on paper, contents beside it where there is room.

Verdicts differ in frame as well as in colour (blue and orange of Okabe and Ito, darkened until they are
easy to read). Figures stand on white, also where everything else is dark.
"""

STYLE = """
:root {
  --text: #1c2430; --soft: #566170; --line: #d9dee5; --faint: #f4f6f8; --page: #ffffff;
  --link: #0b5a96; --holds: #0b5a96; --fails: #a63c00; --unsure: #6b5a00;
  color-scheme: light dark;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --text: #e3e7ec; --soft: #a3adba; --line: #39424e; --faint: #1d242d; --page: #141a21;
    --link: #86bfee; --holds: #86bfee; --fails: #ffa366; --unsure: #dcc65a;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1.5rem 1.1rem 4rem; max-width: 50rem; overflow-wrap: break-word;
  background: var(--page); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.75rem; margin: 0 0 0.4rem; letter-spacing: -0.01em; }
h2 { font-size: 1.3rem; margin: 3rem 0 1rem; padding-bottom: 0.3rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 0 0 0.7rem; }
p { margin: 0 0 0.9rem; }
a { color: var(--link); }
code { font: 0.9em ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
sub, sup { line-height: 0; }
small, .small { font-size: 0.88em; color: var(--soft); }
header p { color: var(--soft); }
.lead { font-size: 1.05rem; }

nav {
  margin: 1.2rem 0; border: solid var(--line); border-width: 1px 0; font-size: 0.92rem; line-height: 1.5;
}
nav ul { list-style: none; margin: 0; padding: 0.6rem 0; }
nav ul ul { columns: 2; padding: 0.2rem 0 0.4rem 1rem; }
nav a { display: block; padding: 0.2rem 0; text-decoration: none; }
nav a:hover { text-decoration: underline; }

figure { margin: 0 0 2.8rem; }
figure img {
  display: block; width: 100%; max-width: 100%; height: auto; background: #ffffff; border-radius: 4px;
  outline: 1px solid var(--line);
}
figcaption { margin-top: 0.8rem; font-size: 0.94rem; }
figcaption p { margin-bottom: 0.4rem; }

.box { overflow-x: auto; margin: 0 0 1.2rem; }
.box:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35rem 1rem 0.35rem 0; text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
th { font-weight: 600; }
thead th { border-bottom: 1px solid var(--soft); white-space: nowrap; }
td { border-bottom: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; }
td small, td .small { font-size: 0.93em; }
td small { display: block; min-width: 10rem; max-width: 18rem; }
#run td, #claims td:nth-child(n + 3) { white-space: nowrap; }
#run tbody tr:last-child td { border-bottom: 0; font-weight: 600; }
#claims table { width: 100%; }
#claims td:first-child { min-width: 9rem; max-width: 16rem; width: 34%; }
#claims td .small { white-space: nowrap; }
#claims tbody th { padding-top: 1.3rem; border-bottom: 1px solid var(--line); }
#claims tbody th div { position: sticky; left: 0; max-width: min(46rem, 100vw - 2.4rem); }
#claims tbody th small { display: block; font-weight: 400; }

.verdict {
  display: inline-block; padding: 0 0.55em; border: 1px solid var(--soft); border-radius: 1em;
  color: var(--soft); font-size: 0.94em; line-height: 1.45; white-space: nowrap;
}
.verdict.holds { color: var(--holds); border-color: var(--holds); }
.verdict.fails {
  color: var(--page); background: var(--fails); border-color: var(--fails); font-weight: 600;
}
.verdict.unsure { color: var(--unsure); border: 1px dashed var(--unsure); }

.beside { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: flex-start; }
.beside .box { flex: 1 1 24rem; min-width: 0; }
.rules { flex: none; max-width: 100%; height: auto; }
.rules path { fill: none; stroke: var(--soft); stroke-width: 1.2; }
.rules circle { fill: var(--link); }
.rules text { fill: var(--text); font-size: 13px; text-anchor: end; }

@media (min-width: 74rem) {
  body { display: grid; grid-template-columns: 13rem minmax(0, 50rem); gap: 0 3.5rem; max-width: 69rem; }
  header, main { grid-column: 2; }
  nav {
    grid-column: 1; grid-row: 1 / span 2; position: sticky; top: 1.2rem; align-self: start;
    margin: 0.3rem 0 0; border: 0; max-height: calc(100vh - 2.4rem); overflow-y: auto;
  }
  nav ul { padding-top: 0; }
  nav ul ul { columns: 1; }
}

@media print {
  @page { margin: 16mm 14mm; }
  html { font-size: 9.5pt; }
  body { display: block; max-width: none; padding: 0; }
  nav { display: none; }
  figure, svg { break-inside: avoid; }
  figure img { max-height: 60vh; width: auto; margin: 0 auto; outline: 0; }
  h2 { margin-top: 1.6rem; }
  h2, h3, thead, #claims tbody th { break-after: avoid; }
  tr { break-inside: avoid; }
  .box { overflow: visible; }
  .beside { display: block; }
  .rules { display: block; margin-bottom: 1rem; }
  th, td { padding-right: 0.6rem; }
  #claims td:nth-child(n + 3) { white-space: normal; }
  .verdict { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
""".strip()
