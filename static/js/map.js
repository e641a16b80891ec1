/* The pins of the map (地图): Leaflet, fetched only where a list has points. Near ones are drawn as one with their number. */
(function () {
  "use strict";

  var GAP = 8, EDGE = 64; /* px */

  function brought(box) {
    if (window.L) return Promise.resolve();
    return new Promise(function (done, failed) {
      var style = document.createElement("link"), script = document.createElement("script");
      style.rel = "stylesheet";
      style.href = box.dataset.style;
      script.src = box.dataset.leaflet;
      script.onload = done;
      script.onerror = failed;
      document.head.insertBefore(style, document.head.querySelector("link")); /* below our own, which win */
      document.head.appendChild(script);
    });
  }

  function links(box, projects) {
    var list = document.createElement("div");
    projects.slice(0, 20).forEach(function (project) {
      var link = document.createElement("a");
      link.href = box.dataset.project.replace("_", encodeURIComponent(project.properties.id));
      link.textContent = project.properties.title + " " + box.dataset.step.replace("%s", project.properties.step);
      list.appendChild(link);
    });
    return list;
  }

  function spot(project) {
    return L.latLng(project.geometry.coordinates[1], project.geometry.coordinates[0]);
  }

  /* The project whose page this is, if the map stands on one. */
  function own(box, projects) {
    return projects.filter(function (project) { return project.properties.id === box.dataset.here; });
  }

  /* Pins nearer than one pin's width to the first of a group join it, and the group stands where that one is. */
  function grouped(map, projects, width) {
    var groups = [];
    projects.forEach(function (project) {
      var at = map.project(spot(project));
      var near = groups.filter(function (group) { return group.at.distanceTo(at) < width; })[0];
      if (near) near.projects.push(project);
      else groups.push({ at: at, projects: [project] });
    });
    return groups;
  }

  function pin(box, map, group, size) {
    var found = group.projects, bounds = L.latLngBounds(found.map(spot));
    var name = found.length === 1 ? found[0].properties.title : box.dataset.several.replace("%s", found.length);
    var here = own(box, found).length > 0;
    var made = L.marker(spot(found[0]), {
      zIndexOffset: here ? 1000 : 0,
      icon: L.divIcon({ className: here ? "pin pin-here" : "pin", html: here && found.length === 1 ? "" : String(found.length), iconSize: [size, size] }),
      title: name
    });
    made.on("add", function () { made.getElement().setAttribute("aria-label", name); });
    if (bounds.getNorthEast().distanceTo(bounds.getSouthWest()) > 5 && map.getZoom() < map.getMaxZoom()) {
      return made.on("click", function () { map.fitBounds(bounds, { padding: [EDGE, EDGE] }); });
    }
    return made.bindPopup(links(box, found), { autoPanPadding: [16, 16] });
  }

  function draw(box, projects) {
    var map = L.map(box.querySelector(".pins-map"), { zoomControl: false, maxZoom: 18, minZoom: 4, scrollWheelZoom: false, fadeAnimation: false });
    var layer = L.layerGroup().addTo(map), data = box.dataset;
    var size = parseInt(getComputedStyle(box).getPropertyValue("--target"), 10) || 48;
    map.attributionControl.setPrefix(false);
    L.control.zoom({ zoomInTitle: data["in"], zoomOutTitle: data.out }).addTo(map);
    if (data.tiles) L.tileLayer(data.tiles, { attribution: data.source.replace(/[&<>]/g, "") }).addTo(map);
    map.on("zoomend", function () {
      layer.clearLayers();
      grouped(map, projects, size + GAP).forEach(function (group) { pin(box, map, group, size).addTo(layer); });
    });
    var shown = data.tiles && data.here ? own(box, projects) : projects;
    map.fitBounds(L.latLngBounds(shown.map(spot)), { padding: [EDGE, EDGE], maxZoom: 16 });
  }

  function open(box) {
    if (box.dataset.begun) return;
    box.dataset.begun = "1";
    box.hidden = !!box.dataset.here;
    fetch(box.dataset.pins).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }).then(function (found) {
      if (box.dataset.here && !box.dataset.tiles && found.features.length < 2) return; /* a pin on nothing tells nothing */
      return brought(box).then(function () {
        box.hidden = false;
        draw(box, found.features);
        document.querySelectorAll("[data-instead]").forEach(function (sketch) { sketch.hidden = true; });
        if (found.left_off) box.querySelector(".pins-said").textContent = box.dataset.leftOff;
      });
    }).catch(function () {
      box.hidden = false;
      box.querySelector(".pins-map").hidden = true;
      box.querySelector(".pins-said").textContent = box.dataset.failed;
    });
  }

  /* Further down a page: fetched once somebody comes near it. */
  function whenNear(box) {
    if (box.dataset.watched) return;
    if (!window.IntersectionObserver) { open(box); return; }
    box.dataset.watched = "1";
    var near = new IntersectionObserver(function (seen) {
      if (!seen.some(function (each) { return each.isIntersecting; })) return;
      near.disconnect();
      open(box);
    }, { rootMargin: "300px" });
    near.observe(box.parentNode);
  }

  function all() {
    document.querySelectorAll("[data-pins]").forEach(function (box) { return box.dataset.here ? whenNear(box) : open(box); });
  }

  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:afterSwap", all);
}());
