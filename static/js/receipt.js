/* 存成图片: draws what the receipt says into a picture to press and keep; of the choices there is nothing in it. */
(function () {
  "use strict";

  var WIDTH = 750, EDGE = 48, LINE = 1.5, STOPS = /[，。、；：）”]/; /* which never begin a line */

  function wrapped(pen, words) {
    return words.split("").reduce(function (lines, letter) {
      var longer = lines[lines.length - 1] + letter;
      if (pen.measureText(longer).width > WIDTH - 2 * EDGE && !STOPS.test(letter)) lines.push(letter);
      else lines[lines.length - 1] = longer;
      return lines;
    }, [""]);
  }
  function laid(pen, parts) {
    var y = EDGE;
    return parts.map(function (part) {
      var style = getComputedStyle(part), size = Math.max(36, 2.4 * parseFloat(style.fontSize));
      var font = style.fontWeight + " " + size + "px " + style.fontFamily;
      pen.font = font;
      return { font: font, colour: style.color, lines: wrapped(pen, part.textContent.trim()).map(function (words) {
        y += size * LINE;
        return { words: words, y: y };
      }) };
    });
  }
  function drawn(parts, ground) {
    var canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    var text = laid(pen, parts), last = text[text.length - 1].lines;
    canvas.width = WIDTH;
    canvas.height = last[last.length - 1].y + EDGE;
    pen.fillStyle = ground;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    text.forEach(function (part) {
      pen.font = part.font;
      pen.fillStyle = part.colour;
      part.lines.forEach(function (line) { pen.fillText(line.words, EDGE, line.y); });
    });
    return canvas.toDataURL("image/png");
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-picture]");
    if (!button) return;
    var parts = Array.prototype.slice.call(document.querySelectorAll(".focus-step, .receipt-head > *, [data-in-picture]"));
    var figure = document.getElementById(button.dataset.picture), picture = figure.querySelector("img");
    picture.alt = parts.map(function (part) { return part.textContent.trim(); }).join(" ");
    picture.src = drawn(parts, getComputedStyle(document.querySelector(".receipt-head")).backgroundColor);
    figure.hidden = false;
    button.parentNode.hidden = true;
    figure.focus();
  });
}());
