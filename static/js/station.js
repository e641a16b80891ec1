/* The voter's screen at a station: what she chose does not come back with the back button. */
window.addEventListener("pageshow", function (event) {
  "use strict";
  if (event.persisted) window.location.reload(); /* the server shows it no more */
});
