// Gives each table of a page a button that downloads it as CSV: the texts of its cells, made on the spot, so that
// a page that was opened from a disk can do it, too.
(() => {
  const TABLES = "article table:not(.highlighttable, .indextable, .field-list, .footnote)";

  // Rows of texts; a cell that spans others stands in the first of them, and the others are empty.
  function cells(table) {
    const rows = [...table.rows].map(() => []);
    [...table.rows].forEach((row, r) => {
      let column = 0;
      for (const cell of row.cells) {
        while (rows[r][column] !== undefined) column += 1;
        const text = cell.textContent.replace(/\s+/g, " ").trim();
        for (let down = 0; down < cell.rowSpan && r + down < rows.length; down += 1) {
          for (let across = 0; across < cell.colSpan; across += 1) {
            rows[r + down][column + across] = down || across ? "" : text;
          }
        }
        column += cell.colSpan;
      }
    });
    return rows;
  }

  function field(text) {
    // A spreadsheet would compute a text that begins like a formula; numbers with a sign stay numbers.
    const safe = /^[=@]|^[+-](?![\d.])/.test(text) ? `'${text}` : text;
    return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function csv(table) {
    const rows = cells(table).map((row) => [...row].map((text) => field(text ?? "")).join(","));
    return `\ufeff${rows.join("\r\n")}\r\n`; // a byte order mark, by which spreadsheets know UTF-8
  }

  function download(table, name) {
    const address = URL.createObjectURL(new Blob([csv(table)], { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const page = (location.pathname.split("/").pop() || "page").replace(/\.html$/, "");
    document.querySelectorAll(TABLES).forEach((table, i) => {
      const name = `${page}-table-${i + 1}.csv`;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "pose-csv";
      button.textContent = "CSV";
      button.title = "Download this table as CSV";
      button.setAttribute("aria-label", `Download table ${i + 1} of this page as CSV`);
      button.addEventListener("click", () => download(table, name));
      table.insertAdjacentElement("afterend", button);
    });
  });
})();
