/* A keying grid by keyboard alone: Enter leads to the next cell, Ctrl+Enter to the next row; in the last cell, or in an
   empty row, Enter hands in. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-keying]");
  if (!form) return;
  var cells = Array.prototype.slice.call(form.querySelectorAll("td > input:not([type=hidden]):not([type=file]), td > select"));

  function isEmpty(row) {
    return cells.every(function (cell) {
      return cell.closest("tr") !== row || !cell.value;
    });
  }
  function go(cell) {
    cell.focus();
    if (cell.select) cell.select();
  }

  form.addEventListener("keydown", function (event) {
    var place = cells.indexOf(event.target);
    if (event.key !== "Enter" || event.isComposing || place < 0) return;
    event.preventDefault();
    var row = event.target.closest("tr"), isFirst = place > 0 && cells[place - 1].closest("tr") !== row;
    var next = event.ctrlKey ? cells.slice(place).find(function (cell) { return cell.closest("tr") !== row; }) : cells[place + 1];
    if (!next || (!event.ctrlKey && isFirst && isEmpty(row))) form.requestSubmit();
    else go(next);
  });

  var first = form.querySelector("td > [aria-invalid=true]") || cells[0];
  if (first && !document.querySelector("[data-error-summary]")) first.focus();
})();
