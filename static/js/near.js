/* Which village of the list is nearest (离我最近的村居): reckoned on this phone, the position is sent nowhere. */
(function () {
  "use strict";

  var box = document.querySelector("[data-near]");
  if (!box || !("geolocation" in navigator)) return;
  var button = box.querySelector("button"), said = box.querySelector("[role=status]");
  box.hidden = false;

  function away(from, place) {
    var degree = Math.PI / 180, at = place.getAttribute("data-at").split(",").map(Number);
    var across = (at[1] - from.longitude) * Math.cos((at[0] + from.latitude) / 2 * degree);
    return Math.sqrt(Math.pow(at[0] - from.latitude, 2) + Math.pow(across, 2)) * 111.2; /* km */
  }
  function show(position) {
    var best = Array.prototype.map.call(document.querySelectorAll("[data-at]"), function (place) {
      return { place: place, km: away(position.coords, place) };
    }).sort(function (one, other) {
      return one.km - other.km;
    })[0];
    var link = best.place.querySelector("a").cloneNode(true);
    said.textContent = box.getAttribute("data-found").replace("%s", best.km.toFixed(1)) + " ";
    said.appendChild(link);
    button.disabled = false;
  }
  button.addEventListener("click", function () {
    button.disabled = true;
    said.textContent = box.getAttribute("data-looking");
    navigator.geolocation.getCurrentPosition(show, function () {
      said.textContent = box.getAttribute("data-failed");
      button.disabled = false;
    }, { timeout: 15000, maximumAge: 600000 });
  });
})();
