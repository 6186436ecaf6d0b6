// Filters the claims of the ledger by paper, verdict and data. Without this script all claims are shown.
// An address such as claims.html#paper=park&verdict=open opens the page with these choices.
(() => {
  const NAMES = ["paper", "verdict", "data"];

  function start(ledger) {
    const form = ledger.querySelector(".claims-filter");
    const claims = [...ledger.querySelectorAll(".claim")];
    const count = form.querySelector("output");

    const fits = (claim) =>
      NAMES.every((name) => {
        const wanted = form.elements[name].value;
        if (!wanted) return true;
        const given = claim.dataset[name];
        return name === "data" ? given.split(" ").includes(wanted) : given === wanted;
      });

    function filter() {
      claims.forEach((claim) => { claim.hidden = !fits(claim); });
      ledger.querySelectorAll(".claims-of").forEach((group) => {
        group.hidden = !group.querySelector(".claim:not([hidden])");
      });
      count.textContent = `${claims.filter((claim) => !claim.hidden).length} of ${claims.length} claims`;
    }

    function fromAddress() {
      const asked = new URLSearchParams(location.hash.slice(1));
      const named = NAMES.filter((name) => asked.has(name));
      if (named.length) {
        NAMES.forEach((name) => { form.elements[name].value = asked.get(name) || ""; });
        NAMES.filter((name) => form.elements[name].selectedIndex < 0).forEach((name) => {
          form.elements[name].value = "";
        });
        filter();
        form.scrollIntoView();
      } else {
        showNamed();
      }
    }

    // A link to a claim shows it, whatever was chosen before.
    function showNamed() {
      const claim = claims.find((one) => one.id === decodeURIComponent(location.hash.slice(1)));
      if (!claim || !claim.hidden) return;
      form.reset();
      setTimeout(() => claim.scrollIntoView());
    }

    form.hidden = false;
    form.addEventListener("change", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    window.addEventListener("hashchange", fromAddress);
    fromAddress();
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".claims-ledger").forEach(start);
  });
})();
