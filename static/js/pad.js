/* A signature written with finger, pen or mouse (data-pad): its picture goes into the hidden field beside it. */
(function () {
  "use strict";

  Array.prototype.forEach.call(document.querySelectorAll("[data-pad][hidden]"), function (pad) {
    var canvas = pad.querySelector("canvas"), field = pad.nextElementSibling, told = pad.querySelector("[role=status]");
    var pen = canvas.getContext && canvas.getContext("2d"), last = null, drawn = 0;
    if (!pen || !window.PointerEvent) return;
    pad.hidden = false;

    function wipe() {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.strokeStyle = "#1a1c1f";
      pen.lineWidth = 5;
      pen.lineCap = pen.lineJoin = "round";
      field.value = told.textContent = "";
      drawn = 0;
    }
    function at(event) {
      var box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
    }
    canvas.addEventListener("pointerdown", function (event) {
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      last = at(event);
    });
    canvas.addEventListener("pointermove", function (event) {
      if (!last) return;
      var next = at(event);
      pen.beginPath();
      pen.moveTo(last[0], last[1]);
      pen.lineTo(next[0], next[1]);
      pen.stroke();
      drawn += Math.abs(next[0] - last[0]) + Math.abs(next[1] - last[1]);
      last = next;
    });
    function lift() {
      if (!last) return;
      last = null;
      if (drawn < 40) return; /* a touch in passing is no signature */
      field.value = canvas.toDataURL("image/png");
      told.textContent = told.getAttribute("data-said");
    }
    canvas.addEventListener("pointerup", lift);
    canvas.addEventListener("pointercancel", lift);
    pad.querySelector("button").addEventListener("click", wipe);
    var before = field.value; /* the form came back to be mended: what was written is still there */
    wipe();
    if (!before) return;
    var picture = new Image();
    picture.onload = function () { pen.drawImage(picture, 0, 0); };
    picture.src = before;
    field.value = before;
    told.textContent = told.getAttribute("data-said");
  });
})();
