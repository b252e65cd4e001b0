"""What the page does when a slider moves: the state that lies there goes into the sources of the plots."""

SCRIPT = r"""
"use strict";
(async () => {
  const read = (name) => JSON.parse(document.getElementById(name).textContent);
  const { families, roots } = read("states");
  await Bokeh.embed.embed_items({ plots: read("plots") }, [
    { docid: "plots", roots, root_ids: Object.keys(roots) },
  ]);
  const drawn = Bokeh.documents[0];
  const model = (name) => drawn.get_model_by_name(name);
  const element = (name) => document.getElementById(name);
  const fill = (name, data) => { model(name).data = data; };
  const stretch = (range, [start, end]) => range.setv({ start, end });
  let family, at;

  const named = (value) => String(value).replace("-", "−");

  // The state at these places; where it was not run, the nearest with this place of the slider that moved.
  function nearest(wanted, moved) {
    const far = (state) => family.names.reduce(
      (sum, name) => sum + Math.abs(state.at[name] - wanted[name]) * (name === moved ? 1000 : 1), 0);
    return family.states.reduce((best, state) => (far(state) < far(best) ? state : best));
  }

  function missing(name, told) {
    element(`plot-${name}`).hidden = Boolean(told);
    element(`missing-${name}`).hidden = !told;
    element(`missing-${name}`).textContent = told || "";
    element(`caption-${name}`).hidden = Boolean(told);
  }

  function showSliders(state) {
    for (const name of family.names) {
      const slider = element(`slider-${name}`), value = named(family.values[name][state.at[name]]);
      slider.value = state.at[name];
      slider.setAttribute("aria-valuetext", value);
      element(`value-${name}`).textContent = value;
    }
  }

  function showSnapshot({ missing: told, side, told: words, x, y, radius, density }) {
    missing("snapshot", told);
    element("told-snapshot").textContent = words || "";
    if (told) { fill("disks", { x: [], y: [], radius: [], density: [] }); return; }
    fill("disks", { x, y, radius, density });
    stretch(model("snapshot").x_range, [0, side]);
    stretch(model("snapshot").y_range, [0, side]);
  }

  function showSpectrum(state) {
    const { missing: told, ...measured } = state.spectrum;
    missing("spectrum", told);
    const count = told ? 0 : measured.k.length;
    const same = (value) => Array(count).fill(value);
    fill("measured", told ? { k: [], S: [], low: [], high: [], fill: [], line: [] } : {
      ...measured, fill: same(state.doubt ? "#ffffff" : state.colour), line: same(state.colour),
    });
    fill("theory", state.theory);
    fill("guide", state.guide);
    element("key-theory").hidden = !state.theory.k.length;
    element("key-guide").hidden = !state.guide.k.length;
    element("key-doubt").hidden = !state.doubt || Boolean(told);
  }

  function showEnergy(state, moved) {
    const { missing: told, step, energy, relaxed } = state.series;
    missing("series", told);
    fill("run", told ? { step: [], energy: [] } : { step, energy });
    // Without a relaxation there is no line: an axis of logarithms has no place for zero.
    fill("relaxed", relaxed ? { step: [relaxed, relaxed], energy: family.ranges.energy }
      : { step: [], energy: [] });
    const beside = family.states.filter((other) => other.energy
      && family.names.every((name) => name === moved || other.at[name] === state.at[name]));
    const of = (each) => beside.map(each);
    const values = family.values[moved];
    missing("against", beside.length ? "" : "No energies of these states are among the records.");
    fill("energies", {
      at: of((other) => values[other.at[moved]]), energy: of((other) => other.energy[0]),
      low: of((other) => other.energy[0] - other.energy[1]),
      high: of((other) => other.energy[0] + other.energy[1]),
    });
    const here = state.energy ? [state] : [];
    fill("here", { at: here.map(() => values[state.at[moved]]), energy: here.map(() => state.energy[0]) });
    model("against-x").axis_label = family.labels[moved];
    stretch(model("against").x_range, family.ranges[moved]);
  }

  function show(wanted, moved) {
    const state = nearest(wanted, moved);
    at = state.at;
    showSliders(state);
    element("words").innerHTML = state.words;
    showSnapshot(state.snapshot);
    showSpectrum(state);
    showEnergy(state, moved);
  }

  function choose(number) {
    family = families[number];
    for (const box of document.querySelectorAll(".slider")) {
      const name = box.dataset.variable;
      box.hidden = !family.names.includes(name);
      if (box.hidden) continue;
      element(`slider-${name}`).max = family.values[name].length - 1;
      element(`marks-${name}`).replaceChildren(...family.values[name].map((value) => {
        const mark = document.createElement("span");
        mark.textContent = named(value);
        return mark;
      }));
    }
    stretch(model("spectrum").x_range, family.ranges.k);
    stretch(model("spectrum").y_range, family.ranges.S);
    for (const [name, ticks] of [["spectrum-x", family.ticks.k], ["spectrum-y", family.ticks.S]]) {
      model(name).ticker.ticks = ticks.map(([value]) => value);
      model(name).major_label_overrides = new Map(ticks);
    }
    stretch(model("series").x_range, family.ranges.step);
    stretch(model("series").y_range, family.ranges.energy);
    stretch(model("against").y_range, family.ranges.mean);
    const curves = family.states.filter((state) => !state.spectrum.missing);
    const all = (name) => curves.map((state) => state.spectrum[name]);
    fill("others", { ks: all("k"), Ss: all("S") });
    show(family.states[0].at, family.names[0]);
  }

  element("family").addEventListener("change", (event) => choose(Number(event.target.value)));
  for (const slider of document.querySelectorAll("input[type=range]")) {
    const name = slider.dataset.variable;
    slider.addEventListener("input", () => show({ ...at, [name]: Number(slider.value) }, name));
  }
  choose(0);
  // Shown when there is something to draw: what an empty plot leaves on its canvas may stay there.
  element("plots-shown").hidden = false;
  document.body.dataset.ready = "yes";
})();
""".strip()
