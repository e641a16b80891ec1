/* At a desk: say two minutes before an idle session ends, and keep what was typed in this tab until it is handed in. */
(function () {
  "use strict";

  var bar = document.querySelector("[data-idle]");
  if (!bar) return;
  var LAST_MS = 120000, LOOK_MS = 5000;
  var WRITTEN_MS = 60000; /* the server notes a visit at most once a minute: its clock may be so much ahead */
  var LIVES_MS = Number(bar.getAttribute("data-idle")) * 1000 - WRITTEN_MS;
  var SEEN = "desk-seen", KEPT = "desk:" + bar.getAttribute("data-idle-for") + ":" + location.pathname + ":";
  var said = bar.querySelector("p"), go = bar.querySelector("button"), last = Date.now(), shown = "";

  function store(which, act) {
    try {
      return act(window[which]);
    } catch (refused) {
      return null; /* private browsing: nothing is kept */
    }
  }
  function forms() {
    return Array.prototype.filter.call(document.querySelectorAll(".desk-main form"), function (form) {
      return form.method === "post" && !form.hasAttribute("data-keep");
    });
  }
  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !/^(?:hidden|file|password|submit|button|fieldset)$/.test(field.type);
    });
  }
  function isChosen(field) {
    return /^(?:radio|checkbox)$/.test(field.type);
  }
  function isTouched(field) {
    if (isChosen(field)) return field.checked !== field.defaultChecked;
    if (field.options) return Array.prototype.some.call(field.options, function (one) { return one.selected !== one.defaultSelected; });
    return field.value !== field.defaultValue;
  }
  /* Whether all that was typed is kept: a browser may refuse to keep anything. */
  function keep() {
    return forms().map(function (form, number) {
      var typed = fields(form).filter(isTouched).map(function (field) {
        return [field.name, field.value, isChosen(field) ? field.checked : null];
      });
      return !typed.length || store("sessionStorage", function (kept) { kept.setItem(KEPT + number, JSON.stringify(typed)); return true; });
    }).every(Boolean);
  }
  function forget(number) {
    store("sessionStorage", function (kept) { kept.removeItem(KEPT + number); });
  }
  /* Only into fields that are as the server sent them. */
  function restore() {
    forms().forEach(function (form, number) {
      var typed = store("sessionStorage", function (kept) { return JSON.parse(kept.getItem(KEPT + number) || "[]"); }) || [];
      fields(form).forEach(function (field) {
        typed.forEach(function (one) {
          if (one[0] !== field.name || isTouched(field)) return;
          if (one[2] === null) field.value = one[1];
          else if (one[1] === field.value) field.checked = one[2];
        });
      });
      if (typed.length) say("restored");
      form.addEventListener("submit", function () { forget(number); });
    });
  }
  function say(what) {
    if (shown === what) return;
    shown = what;
    bar.hidden = !what;
    said.textContent = what ? bar.getAttribute("data-" + what) : "";
    go.hidden = what === "restored";
  }
  /* First kept, then told so; where the browser refuses or the page keeps nothing, told to hand it in now. */
  function sayKept(what) {
    say(!bar.hasAttribute("data-keeps-nothing") && keep() ? what : what + "-unkept");
  }
  function seen() {
    last = Date.now();
    store("localStorage", function (kept) { kept.setItem(SEEN, String(last)); });
    if (/^warn/.test(shown)) say("");
  }
  function look() {
    var elsewhere = Number(store("localStorage", function (kept) { return kept.getItem(SEEN); }) || 0);
    var left = Math.max(last, elsewhere) + LIVES_MS - Date.now();
    if (left > LAST_MS) {
      if (/^warn/.test(shown)) say("");
      return;
    }
    if (!/^over/.test(shown)) sayKept(left > 0 ? "warn" : "over");
  }
  go.addEventListener("click", function () {
    if (/^over/.test(shown)) {
      location.reload();
      return;
    }
    fetch(bar.getAttribute("data-alive"), { method: "HEAD", credentials: "same-origin" }).then(function (answer) {
      if (answer.ok && !answer.redirected) seen();
      else sayKept("over");
    });
  });
  document.addEventListener("htmx:afterRequest", seen);
  restore();
  seen();
  setInterval(look, LOOK_MS);
})();
