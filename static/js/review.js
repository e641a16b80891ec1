/* A case of pre-review (预审一件): a phrase that is picked goes into the reason, to be changed there. */
(function () {
  "use strict";

  document.addEventListener("change", function (event) {
    var name = event.target.getAttribute && event.target.getAttribute("data-phrase");
    var into = name && event.target.form && event.target.form.elements[name];
    if (!into || !event.target.value) return;
    into.value += (into.value ? "；" : "") + event.target.value;
    event.target.value = "";
    into.focus();
  });
})();
