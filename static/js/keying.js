/* The keying grid by keyboard alone: Enter leads to the next cell; in the last one, or in an empty line, it hands in. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-keying]");
  if (!form) return;
  var cells = Array.prototype.slice.call(form.querySelectorAll("table input"));

  form.addEventListener("keydown", function (event) {
    var place = cells.indexOf(event.target);
    if (event.key !== "Enter" || event.isComposing || place < 0 || event.ctrlKey) return;
    if (place === cells.length - 1 || (place > 0 && place % 2 === 0 && !event.target.value)) return;
    event.preventDefault();
    cells[place + 1].focus();
    cells[place + 1].select();
  });

  var first = form.querySelector("[aria-invalid=true]") || cells[0];
  if (first && !document.querySelector("[data-error-summary]")) first.focus();
})();
