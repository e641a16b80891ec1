/* 对着旧照片拍: the old photo, half transparent, over the picture of the camera; what is taken goes into the form's own
   field, as if it had been chosen there. Without a camera, or where it is refused, the old photo stays beside the form. */
(function () {
  "use strict";

  var guide = document.querySelector("[data-guide]");
  var input = document.querySelector("form input[type=file][accept^=image]");
  var old = guide && guide.querySelector("img");
  if (!old || !input || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia || !window.DataTransfer) return;

  function word(name) {
    return guide.getAttribute("data-" + name);
  }
  function add(parent, name, words) {
    var made = parent.appendChild(document.createElement(name));
    made.textContent = words || "";
    return made;
  }
  function button(parent, words, act) {
    var made = add(parent, "button", words);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  var row = add(guide, "p"), said = add(guide, "p"), stream = null, box = null;
  row.className = "row";
  said.setAttribute("role", "status");
  var opener = button(row, word("open"), open);

  function open() {
    opener.disabled = true;
    said.textContent = "";
    navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" } }, audio: false }).then(show, function () {
      opener.disabled = false;
      said.textContent = word("denied");
      input.focus();
    });
  }
  function show(given) {
    stream = given;
    box = document.createElement("div");
    box.className = "camera";
    var video = box.appendChild(document.createElement("video")), over = box.appendChild(document.createElement("img"));
    video.muted = video.playsInline = true;
    video.setAttribute("aria-label", word("live"));
    video.srcObject = stream;
    over.src = old.src;
    over.alt = "";
    guide.insertBefore(box, row);
    opener.hidden = true;
    button(row, word("take"), function () { take(video); }).className = "button-primary";
    button(row, word("close"), close);
    video.play();
  }
  function take(video) {
    var canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    if (!canvas.width) return; /* the camera has not begun yet */
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob(function (picture) {
      var files = new DataTransfer();
      files.items.add(new File([picture], "photo.jpg", { type: "image/jpeg" }));
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      close();
      said.textContent = word("taken");
    }, "image/jpeg", 0.9);
  }
  function close() {
    stream.getTracks().forEach(function (track) { track.stop(); });
    box.remove();
    while (row.lastChild !== opener) row.removeChild(row.lastChild);
    opener.hidden = opener.disabled = false;
    opener.focus();
  }
  window.addEventListener("pagehide", function () {
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
  });
})();
