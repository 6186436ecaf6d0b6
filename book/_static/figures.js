// Draws the plotly figures of a page. A browser keeps only some 3D views alive at once, so a figure is drawn
// when it comes near the window and removed when it is far from it. Panels of one figure turn together.
(() => {
  const NEAR = "800px 0px";

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
    const height = figure.layout.height || 450;
    figure.layout.height = frame + (height - frame) * (rows > 1 ? 0.8 * rows : 1);
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

  function draw(holder) {
    if (holder.dataset.drawn) return;
    holder.dataset.drawn = "yes";
    const figure = JSON.parse(holder.querySelector("script").textContent);
    const plot = document.createElement("div");
    holder.append(plot);
    arrange(figure, holder.clientWidth);
    Plotly.newPlot(plot, figure).then(() => {
      holder.style.minHeight = `${plot.offsetHeight}px`;
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
