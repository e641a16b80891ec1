/* The ballot adds up as it is filled in, and does not let itself be left by mistake. The server decides what holds. */
(function () {
  "use strict";

  function warnOnLeaving(form, isChanged) {
    var isSent = false;
    form.addEventListener("change", function () {
      isChanged = true;
    });
    form.addEventListener("submit", function () {
      isSent = true;
    });
    window.addEventListener("pageshow", function () {
      isSent = false;
    });
    window.addEventListener("beforeunload", function (event) {
      if (!isChanged || isSent) return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  function said(words, values) {
    return words.replace(/%\((\w+)\)s/g, function (_all, name) {
      return values[name];
    });
  }
  function money(amount) {
    var isWhole = Math.round(amount * 100) % 100 === 0;
    return amount.toLocaleString("en-US", { minimumFractionDigits: isWhole ? 0 : 2, maximumFractionDigits: isWhole ? 0 : 2 });
  }

  /* What one line of the ballot takes: its cost, its points, or one place; null where nothing is chosen. */
  function taken(line, method) {
    var ticked = line.querySelector("input[type=checkbox], input[type=radio]:checked");
    if (ticked) {
      if (!ticked.checked || ticked.value === "-") return null;
      return method === "budget" ? parseFloat(line.getAttribute("data-cost") || "0") : 1;
    }
    var score = line.querySelector("[data-score]");
    var value = score ? parseInt(score.value, 10) : NaN;
    if (!(value > 0)) return null;
    return method === "points" ? value : 1;
  }

  function tell(form) {
    var method = form.getAttribute("data-ballot");
    var most = parseFloat(form.getAttribute("data-most"));
    var lines = Array.prototype.slice.call(form.querySelectorAll("[data-ballot-line]"));
    var amounts = lines.map(function (line) {
      return taken(line, method);
    });
    var chosen = amounts.filter(function (amount) {
      return amount !== null;
    });
    var used = chosen.reduce(function (sum, amount) {
      return sum + amount;
    }, 0);
    var bar = form.querySelector("[data-told]");
    var words = !chosen.length ? "data-none" : used > most ? "data-over" : "data-some";
    bar.textContent = said(bar.getAttribute(words), {
      taken: money(method === "points" ? used : chosen.length),
      left: money(most - used),
      over: money(used - most)
    });
    lines.forEach(function (line, place) {
      var dear = line.querySelector("[data-dear]");
      if (!dear) return;
      var over = used + parseFloat(line.getAttribute("data-cost") || "0") - most;
      dear.hidden = method !== "budget" || amounts[place] !== null || used > most || over <= 0;
      dear.textContent = dear.hidden ? "" : dear.getAttribute("data-dear").replace("{over}", money(over));
    });
  }

  function step(button, form) {
    var field = button.parentNode.querySelector("[data-score]");
    var value = (parseInt(field.value, 10) || 0) + parseInt(button.getAttribute("data-step"), 10);
    field.value = Math.max(0, Math.min(value, parseInt(field.max, 10)));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  Array.prototype.forEach.call(document.querySelectorAll("form[data-unsubmitted]"), function (form) {
    warnOnLeaving(form, true);
  });
  Array.prototype.forEach.call(document.querySelectorAll("form[data-ballot]"), function (form) {
    if (!form.hasAttribute("data-unsubmitted")) warnOnLeaving(form, false);
    form.addEventListener("change", function () {
      tell(form);
    });
    form.addEventListener("input", function () {
      tell(form);
    });
    form.addEventListener("click", function (event) {
      var button = event.target.closest && event.target.closest("[data-step]");
      if (button) step(button, form);
    });
    window.addEventListener("pageshow", function () {
      tell(form); /* the browser may bring back what was filled in */
    });
  });
})();
