// Marks the tables that are wider than the text: their readers are told, and can scroll them with the keyboard.
(() => {
  const overflows = (place) => place.scrollWidth > place.clientWidth + 1;

  function mark(place, number) {
    const wide = overflows(place);
    place.classList.toggle("wide", wide);
    if (wide) {
      const caption = place.querySelector("caption");
      place.setAttribute("tabindex", "0");
      place.setAttribute("role", "region");
      place.setAttribute("aria-label", `Table ${number + 1}, scrolls: ${caption ? caption.textContent.trim() : ""}`);
    } else {
      ["tabindex", "role", "aria-label"].forEach((name) => place.removeAttribute(name));
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const places = [...document.querySelectorAll(".table-scroll")];
    const watcher = new ResizeObserver((entries) => entries.forEach((e) => mark(e.target, places.indexOf(e.target))));
    places.forEach((place) => watcher.observe(place));
    // Code that is wider than the text scrolls, too.
    document.querySelectorAll(".bd-content .highlight pre").forEach((code) => {
      if (overflows(code)) code.setAttribute("tabindex", "0");
    });
  });
})();
