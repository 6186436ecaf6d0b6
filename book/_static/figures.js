// Draws the plotly figures of a page. A browser keeps only some 3D views alive at once, so a figure is drawn
// when it comes near the window and removed when it is far from it. Panels of one figure turn together.
(() => {
  const NEAR = "800px 0px";
  const PLAYER = 110; // pixels that an animation keeps below it for plotly's buttons and slider
  const LOWEST = 240; // pixels of a panel
  const TALLEST = 1.15; // height of a panel by its width, at which the sides of its box are still seen

  // Panels stand side by side where there is room for them, and in rows where there is not.
  function arrange(figure, width) {
    const scenes = Object.keys(figure.layout).filter((key) => /^scene\d*$/.test(key));
    if (scenes.length < 2) return;
    scenes.sort((a, b) => (+a.slice(5) || 1) - (+b.slice(5) || 1));
    const rows = Math.ceil(scenes.length / Math.max(1, Math.floor(width / 180)));
    const columns = Math.ceil(scenes.length / rows);
    const across = 1 / columns;
    const down = 1 / rows;
    scenes.forEach((name, i) => {
      const column = i % columns;
      const row = Math.floor(i / columns);
      figure.layout[name].domain = {
        x: [column * across, (column + 1) * across],
        y: [1 - (row + 1) * down, 1 - row * down],
      };
    });
    const margin = figure.layout.margin || {};
    const frame = (margin.t || 0) + (margin.b || 0);
    const height = (figure.layout.height || 450) - frame;
    figure.layout.height = frame + rows * Math.min(height, Math.max(LOWEST, TALLEST * width / columns));
  }

  function turnTogether(element) {
    let busy = false;
    element.on("plotly_relayout", (change) => {
      const turned = Object.keys(change || {}).find((key) => /^scene\d*\.camera$/.test(key));
      if (!turned || busy) return;
      const update = {};
      Object.keys(element.layout)
        .filter((key) => /^scene\d*$/.test(key) && `${key}.camera` !== turned)
        .forEach((key) => { update[`${key}.camera`] = change[turned]; });
      if (!Object.keys(update).length) return;
      busy = true;
      Plotly.relayout(element, update).then(() => { busy = false; });
    });
  }

  // Plotly's own buttons are drawings that no key reaches: elements of the page take their place.
  function controls(plot, frames, settings) {
    const names = frames.map((frame) => frame.name);
    const row = document.createElement("div");
    row.className = "pose-controls";
    row.innerHTML = `<button type="button">Play</button>
      <input type="range" min="0" max="${names.length - 1}" value="0" aria-label="Frame">`;
    const [button, slider] = row.children;
    const still = { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } };
    let playing = false;
    const show = (state) => { playing = state; button.textContent = state ? "Pause" : "Play"; };
    const seek = () => Plotly.animate(plot, [names[slider.value]], still).catch(() => 0);
    button.addEventListener("click", () => {
      if (playing) {
        show(false);
        seek();
        return;
      }
      const start = +slider.value === names.length - 1 ? 0 : +slider.value;
      show(true);
      Plotly.animate(plot, names.slice(start), settings).then(() => show(false), () => 0);
    });
    slider.addEventListener("input", () => { show(false); seek(); });
    plot.on("plotly_animatingframe", (event) => { slider.value = Math.max(0, names.indexOf(event.name)); });
    return row;
  }

  function draw(holder) {
    if (holder.dataset.drawn) return;
    holder.dataset.drawn = "yes";
    const figure = JSON.parse(holder.querySelector("script").textContent);
    const whole = document.createElement("div");
    const plot = document.createElement("div");
    whole.append(plot);
    holder.append(whole);
    arrange(figure, holder.clientWidth);
    const settings = figure.frames.length ? figure.layout.updatemenus[0].buttons[0].args[1] : null;
    if (settings) {
      delete figure.layout.updatemenus;
      delete figure.layout.sliders;
      figure.layout.height -= PLAYER;
      figure.layout.margin.b -= PLAYER;
    }
    Plotly.newPlot(plot, figure).then(() => {
      if (settings) whole.append(controls(plot, figure.frames, settings));
      holder.style.minHeight = `${whole.offsetHeight}px`;
      turnTogether(plot);
    });
  }

  function remove(holder) {
    const plot = holder.querySelector(":scope > div");
    if (!plot) return;
    Plotly.purge(plot);
    plot.remove();
    delete holder.dataset.drawn;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const holders = document.querySelectorAll(".pose-plotly");
    const watcher = new IntersectionObserver(
      (entries) => entries.forEach((e) => (e.isIntersecting ? draw(e.target) : remove(e.target))),
      { rootMargin: NEAR },
    );
    holders.forEach((holder) => watcher.observe(holder));
    window.addEventListener("beforeprint", () => holders.forEach(draw));
  });
})();
