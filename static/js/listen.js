/* 听: reads the card of the five answers aloud. The button shows itself only where a voice of the page's language is there. */
(function () {
  "use strict";

  var speech = window.speechSynthesis;
  var lang = document.documentElement.lang || "zh-CN";
  var place = document.querySelector("[data-listen]");
  if (!speech || !window.SpeechSynthesisUtterance || !place) return;
  var button = place.querySelector("button");
  var listen = button.textContent;
  var speaking = false;

  function show() {
    var language = lang.slice(0, 2).toLowerCase();
    var fits = speech.getVoices().some(function (voice) {
      return voice.lang.slice(0, 2).toLowerCase() === language;
    });
    if (fits) place.hidden = false;
  }

  /* What is hidden in writing is not spelled out: 王** is 王某. Marks for the eye are left out. */
  function spoken(text) {
    return text.replace(/([\u4e00-\u9fff])\*+/g, "$1某").replace(/[●▲■✓○]/g, "").replace(/\s*·\s*/g, "，")
      .replace(/\s+/g, " ").trim();
  }

  /* One sentence for each answer: short pieces, because some phones stop in the middle of a long one. */
  function pieces(card) {
    var found = [], lines = card.querySelectorAll(".now-sentence, dt, dd, .note");
    Array.prototype.forEach.call(lines, function (line) {
      var text = spoken(line.textContent);
      if (line.tagName === "DD" && found.length) found[found.length - 1] += "：" + text;
      else if (text) found.push(text);
    });
    return found;
  }

  function say(isOn) {
    speaking = isOn;
    button.textContent = isOn ? button.getAttribute("data-stop") : listen;
    button.setAttribute("aria-pressed", isOn ? "true" : "false");
  }

  button.addEventListener("click", function () {
    var stops = speaking;
    speech.cancel();
    say(!stops);
    if (stops) return;
    pieces(place.closest("section")).forEach(function (text, n, all) {
      var piece = new SpeechSynthesisUtterance(text);
      piece.lang = lang;
      if (n === all.length - 1) piece.onend = function () { say(false); };
      piece.onerror = function (event) {
        if (event.error !== "canceled" && event.error !== "interrupted") say(false);
      };
      speech.speak(piece);
    });
  });

  window.addEventListener("pagehide", function () { speech.cancel(); });
  if (speech.addEventListener) speech.addEventListener("voiceschanged", show);
  show();
}());
