/* A key made on the phone (UUID v4), so that what is sent twice is kept once; also where crypto.randomUUID is missing. */
window.freshKey = function () {
  "use strict";
  if (crypto.randomUUID) return crypto.randomUUID();
  var b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return Array.from(b, function (n, i) {
    return ([4, 6, 8, 10].indexOf(i) < 0 ? "" : "-") + n.toString(16).padStart(2, "0");
  }).join("");
};
