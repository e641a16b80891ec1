/* Small comforts. Every page works without this file: it only saves, guards and points. */
(function () {
  "use strict";

  var TOAST_MS = 6000;
  var SAVE_AFTER_MS = 1200;
  var WAKE_MS = 15000;

  function each(root, selector, act) {
    Array.prototype.forEach.call(root.querySelectorAll(selector), act);
  }

  /* Good news leaves by itself; a toast that is being read or focused stays. */
  function dismissToasts() {
    each(document, "[data-toast]:not(.toast-error):not(.toast-warning)", function (toast) {
      setTimeout(function leave() {
        if (toast.matches(":hover") || toast.contains(document.activeElement)) {
          setTimeout(leave, TOAST_MS);
        } else if (toast.parentNode) {
          toast.parentNode.removeChild(toast);
        }
      }, TOAST_MS);
    });
  }

  /* What has to be mended comes first: focus the list, then let its links focus the field. */
  function focusErrors(root) {
    var summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("[data-error-summary] a");
    var field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    var label = field.closest(".field") || field;
    label.scrollIntoView();
  });

  /* One press, one act: the button sleeps after the first submit and wakes when the page is shown again. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "");
    setTimeout(function () {
      /* after the browser has read the pressed button's value into the form data */
      each(form, "button:not([type=button])", function (button) {
        button.disabled = true;
      });
    }, 0);
    setTimeout(wake, WAKE_MS); /* a download leaves the page standing */
  });
  function wake() {
    each(document, "form[data-sent]", function (form) {
      form.removeAttribute("data-sent");
      each(form, "button:not([type=button])", function (button) {
        button.disabled = button.hasAttribute("data-disabled");
      });
    });
  }
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) wake();
  });
  document.addEventListener("htmx:afterRequest", wake);

  /* Drafts: <form data-autosave-url="…"> holding parts/_save_status.html, whose attributes are the words said. */
  var timers = new WeakMap();
  function say(form, what) {
    var status = form.querySelector("[data-autosave-status]");
    if (status) status.textContent = status.getAttribute("data-" + what) || "";
  }
  function save(form) {
    var body = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string") body.append(name, value);
    });
    say(form, "saving");
    fetch(form.getAttribute("data-autosave-url"), {
      method: "POST",
      body: body,
      credentials: "same-origin",
      headers: { "X-Requested-With": "XMLHttpRequest" }
    }).then(function (answer) {
      say(form, answer.ok && !answer.redirected ? "saved" : "failed");
    }, function () {
      say(form, "failed");
    });
  }
  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (!form || !form.hasAttribute("data-autosave-url")) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(function () {
      if (!form.hasAttribute("data-sent")) save(form);
    }, SAVE_AFTER_MS));
  });

  /* Controls that only make sense with scripts: [data-script hidden] is shown, [data-print] prints. */
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) window.print();
  });

  /* What a swap brought, read aloud in one sentence: <p data-announce="找到12项">. */
  var announcer = document.createElement("p");
  announcer.className = "visually-hidden";
  announcer.setAttribute("aria-live", "polite");
  document.body.appendChild(announcer);
  function announce(root) {
    var told = root.querySelector("[data-announce]");
    if (!told) return;
    announcer.textContent = ""; /* the same count twice is news twice */
    setTimeout(function () {
      announcer.textContent = told.getAttribute("data-announce");
    }, 100);
  }

  document.addEventListener("htmx:afterSwap", function (event) {
    focusErrors(event.target);
    announce(event.target);
  });
  dismissToasts();
  focusErrors(document);
  each(document, "[data-script]", function (control) {
    control.hidden = false;
  });
})();
