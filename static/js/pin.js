/* Where it is, by the phone (用手机定位) and moved ten metres at a time; only on a press, and the two fields can be typed as well. */
(function () {
  "use strict";

  var box = document.querySelector("[data-pin]");
  if (!box) return;
  var DEGREE_METRES = 111200;
  var form = box.closest("form"), latitude = form.elements.latitude, longitude = form.elements.longitude;
  var said = box.querySelector("[role=status]"), moves = box.querySelector("[data-moves]"), locate = box.querySelector("[data-locate]");
  var moved = { north: 0, east: 0 };

  function word(name) {
    return box.getAttribute("data-" + name);
  }
  function isSet() {
    return latitude.value !== "" && longitude.value !== "";
  }
  function way(metres, there, back) {
    return metres ? [word(metres > 0 ? there : back).replace("%s", Math.abs(metres))] : [];
  }
  function say() {
    moves.hidden = !isSet();
    if (!isSet()) return said.textContent = word("none");
    var here = word("here").replace("%lat", latitude.value).replace("%lon", longitude.value);
    said.textContent = [here].concat(way(moved.north, "north", "south"), way(moved.east, "east", "west")).join(" · ");
  }
  function put(north, east) {
    latitude.value = north.toFixed(6);
    longitude.value = east.toFixed(6);
    longitude.dispatchEvent(new Event("input", { bubbles: true })); /* the draft is saved */
    say();
  }

  locate.hidden = !("geolocation" in navigator);
  locate.addEventListener("click", function () {
    locate.disabled = true;
    said.textContent = word("looking");
    navigator.geolocation.getCurrentPosition(function (found) {
      locate.disabled = false;
      moved = { north: 0, east: 0 };
      put(found.coords.latitude, found.coords.longitude);
    }, function () {
      locate.disabled = false;
      said.textContent = word("failed");
    }, { timeout: 15000, maximumAge: 60000, enableHighAccuracy: true });
  });
  moves.addEventListener("click", function (event) {
    var pressed = event.target.closest("[data-move]");
    if (!pressed) return;
    var by = pressed.getAttribute("data-move").split(",").map(Number), at = Number(latitude.value);
    moved = { north: moved.north + by[0], east: moved.east + by[1] };
    put(at + by[0] / DEGREE_METRES, Number(longitude.value) + by[1] / DEGREE_METRES / Math.cos(at * Math.PI / 180));
  });
  [latitude, longitude].forEach(function (field) {
    field.addEventListener("change", function () {
      moved = { north: 0, east: 0 };
      say();
    });
  });
  say();
})();
