/* 听: reads the 现在 card aloud, where the phone has a Chinese voice. The button is for 长辈版 (now.css). */
(function () {
  "use strict";

  var speech = window.speechSynthesis;
  if (!speech || !window.SpeechSynthesisUtterance) return;

  function words(card) {
    var said = card.cloneNode(true);
    Array.prototype.forEach.call(said.querySelectorAll("[data-listen], .actions, .chip-shape"), function (part) {
      part.parentNode.removeChild(part);
    });
    return Array.prototype.map.call(said.querySelectorAll("h2, p, dt, dd"), function (line) {
      return line.textContent.trim().replace(/\*+/g, "某");
    }).join("。");
  }
  function rest(button) {
    button.textContent = button.getAttribute("data-listen");
  }
  function press(button) {
    var wasSpeaking = speech.speaking;
    speech.cancel();
    rest(button);
    if (wasSpeaking) return;
    var told = new SpeechSynthesisUtterance(words(button.closest("[data-test=now]")));
    told.lang = "zh-CN";
    told.rate = 0.9;
    told.onend = told.onerror = function () {
      rest(button);
    };
    button.textContent = button.getAttribute("data-stop");
    speech.speak(told);
  }
  function offer() {
    var canSpeak = speech.getVoices().some(function (voice) {
      return /^(zh|cmn)/i.test(voice.lang);
    });
    Array.prototype.forEach.call(document.querySelectorAll("[data-listen]"), function (button) {
      button.hidden = !canSpeak;
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-listen]");
    if (button) press(button);
  });
  window.addEventListener("pagehide", function () {
    speech.cancel();
  });
  speech.onvoiceschanged = offer; /* the voices come after the page */
  offer();
})();
