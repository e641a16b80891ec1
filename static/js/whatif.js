/* − and + beside an amount: a thousand yuan at a time. What it comes to is worked out by the server. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-yuan-step]");
    if (!button) return;
    var field = button.parentNode.querySelector("input");
    var now = parseFloat(field.value.replace(/[,，元\s]/g, "")) || 0;
    var next = Math.max(0, now + parseInt(button.getAttribute("data-yuan-step"), 10));
    field.value = next.toLocaleString("en-US", { maximumFractionDigits: 2 });
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
