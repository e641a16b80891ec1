/* Copies what a button names (复制链接); where the browser does not let it, the words say what to press. */
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) return;
    var field = document.getElementById(button.dataset.copy), said = document.querySelector("[data-copied]");
    field.focus();
    field.select();
    var copied = false;
    try { copied = document.execCommand("copy"); } catch (refused) { copied = false; }
    said.textContent = copied ? said.dataset.copied : said.dataset.notCopied;
  });
}());
