/* The queue by keyboard (待办): j and k move from matter to matter while the list has the focus; can be switched off. */
(function () {
  "use strict";

  var OFF = "queue-keys-off";

  function isOff() {
    try {
      return localStorage.getItem(OFF) === "1";
    } catch (refused) {
      return false; /* a device that keeps nothing has them on */
    }
  }
  function keep(off) {
    try {
      if (off) localStorage.setItem(OFF, "1");
      else localStorage.removeItem(OFF);
    } catch (refused) {
      return;
    }
  }
  function show() {
    var box = document.querySelector("[data-keys]");
    if (!box) return;
    var button = box.querySelector("button");
    box.hidden = false;
    box.querySelector("[data-keys-on]").hidden = isOff();
    button.textContent = button.getAttribute(isOff() ? "data-on" : "data-off");
  }

  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("[data-keys] button")) return;
    keep(!isOff());
    show();
  });
  document.addEventListener("keydown", function (event) {
    var list = event.target.closest && event.target.closest("[data-test=queue]");
    var step = { j: 1, k: -1 }[event.key];
    if (!list || !step || isOff() || event.ctrlKey || event.altKey || event.metaKey) return;
    var links = Array.prototype.slice.call(list.querySelectorAll("h2 a, h3 a, th a"));
    var next = links[links.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.closest("li, tr").scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("htmx:afterSwap", show);
  show();
})();
