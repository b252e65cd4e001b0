"""The look of the page: one column on a phone, with the sliders in reach; two columns on a wide screen."""

STYLE = """
:root { --text: #1c2430; --soft: #566170; --line: #d9dee5; --faint: #f4f6f8; --link: #0b5a96; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1rem 1rem 3rem; max-width: 78rem; overflow-wrap: break-word;
  background: #fff; color: var(--text); color-scheme: light;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 0.4rem; }
h2 { font-size: 1.02rem; margin: 0 0 0.3rem; }
p { margin: 0 0 0.7rem; }
.lead, figcaption { color: var(--soft); font-size: 0.93rem; }

.controls {
  position: sticky; top: 0; z-index: 10; margin: 0 -1rem 0.8rem; padding: 0.6rem 1rem;
  background: var(--faint); border-block: 1px solid var(--line);
}
label, .slider { display: block; }
select {
  width: 100%; min-height: 2.6rem; margin-bottom: 0.5rem; padding: 0 0.5rem; text-overflow: ellipsis;
  font: inherit; font-size: 0.95rem; color: inherit; background: #fff;
  border: 1px solid var(--soft); border-radius: 0.4rem;
}
.slider label { display: flex; justify-content: space-between; gap: 1rem; font-size: 0.93rem; }
.slider output { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
input[type=range] {
  display: block; width: 100%; height: 2.6rem; margin: 0; accent-color: var(--link); touch-action: pan-y;
}
input[type=range]:focus-visible { outline: 2px solid var(--link); outline-offset: -9px; }
input[type=range]::-webkit-slider-thumb { cursor: grab; }
.marks {
  display: flex; justify-content: space-between; margin-top: -0.5rem;
  color: var(--soft); font-size: 0.78rem; font-variant-numeric: tabular-nums;
}
.marks span { width: 0; min-width: 1.1rem; display: flex; justify-content: center; white-space: nowrap; }
#words { min-height: 6em; }
.doubt { color: #a63c00; font-weight: 600; }

.plots { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.4rem; }
figure { margin: 0; min-width: 0; }
.plot { width: 100%; aspect-ratio: 1; overflow: hidden; }
.plot.flat { aspect-ratio: 4 / 3; }
#plot-snapshot { border: 1px solid var(--soft); }
.missing {
  display: grid; place-items: center; min-height: 9rem; padding: 1rem; text-align: center;
  color: var(--soft); background: var(--faint); border: 1px dashed var(--soft);
}
.key { display: inline-block; margin-right: 0.9rem; white-space: nowrap; }
.key i {
  display: inline-block; width: 1.5rem; margin-right: 0.35rem;
  vertical-align: middle; border-top: 2px solid;
}
.scale { display: flex; align-items: center; gap: 0.5rem; }
.scale i { flex: 1; max-width: 14rem; height: 0.7rem; border: 1px solid var(--line); }

@media (min-width: 56rem) {
  .plots { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.4rem 2rem; }
  .plot.flat { aspect-ratio: 16 / 9; }
  .sliders { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 2rem; }
  .controls { border-inline: 1px solid var(--line); border-radius: 0.4rem; margin-inline: 0; }
  #words { min-height: 4.6em; }
}
""".strip()
