/* The wall turns to its next part every 20 seconds, with fresh numbers; paused it renews the part it shows. Without this
   script the parts are links. It stands still from the start for whoever asked for less motion. */
(function () {
  "use strict";
  var wall = document.getElementById("wall");
  var button = wall.querySelector("[data-pause]");
  var words = { go: button.dataset.goOn, stop: button.textContent };
  var here = window.location.search;
  var paused = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  var STALE = 3600; /* seconds after which the numbers are called old */

  function say() {
    button.textContent = paused ? words.go : words.stop;
    button.setAttribute("aria-pressed", String(paused));
  }

  function age() {
    var counted = Number(wall.querySelector("[data-counted-at]").dataset.countedAt);
    wall.querySelector("[data-stale]").hidden = Date.now() / 1000 - counted <= STALE;
  }

  function put(html, address) {
    var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("wall");
    if (!fresh) return;
    [".wall-head", "[data-part]", "[data-links]"].forEach(function (part) {
      wall.querySelector(part).replaceWith(fresh.querySelector(part));
    });
    here = address;
    window.history.replaceState(null, "", address);
  }

  function turn() {
    var address = paused ? here : wall.querySelector("[data-part]").dataset.next;
    window
      .fetch(address || window.location.pathname)
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (html) {
        put(html, address);
      })
      .catch(function () {
        /* no network: what stands here stays, and says how old it is */
      })
      .then(age);
  }

  button.hidden = false;
  button.addEventListener("click", function () {
    paused = !paused;
    say();
  });
  say();
  age();
  window.setInterval(turn, Number(wall.dataset.seconds) * 1000);
})();
