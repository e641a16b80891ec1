/* Photos one after the other (一张张传): each is sent while the form is still being filled, and stands in it by a token.
   What did not get up goes with the form, as it all would without this file. */
(function () {
  "use strict";

  var REFUSED = [413, 415, 422]; /* the file itself will not do: sending it again is no help */

  function canHandOver() {
    try {
      return Boolean(new DataTransfer()) && "requestSubmit" in HTMLFormElement.prototype;
    } catch (unknown) {
      return false;
    }
  }

  function add(parent, name, className, words) {
    var made = parent.appendChild(document.createElement(name));
    made.className = className;
    made.textContent = words || "";
    return made;
  }

  function attach(input) {
    var form = input.form, list = input.previousElementSibling, said = list.querySelector("[role=status]");
    var all = [], going = null, handIn = null;

    function word(name, figure) {
      return list.getAttribute("data-" + name).replace("%s", figure);
    }
    function waiting() {
      return all.filter(function (one) { return one.state === "next"; });
    }
    function failed() {
      return all.filter(function (one) { return one.state === "failed"; });
    }
    function button(one, words, act) {
      var made = add(one.row, "button", "button-plain", words);
      add(made, "span", "visually-hidden", one.file.name);
      made.type = "button";
      made.addEventListener("click", act);
      return made;
    }

    function show(one) {
      one.row = document.createElement("p");
      one.row.className = "kept-file";
      list.insertBefore(one.row, said);
      if (/^image\//.test(one.file.type)) {
        one.picture = add(one.row, "img", "");
        one.picture.width = 96;
        one.picture.height = 72;
        one.picture.alt = one.file.name;
        one.picture.onerror = function () { one.picture.hidden = true; }; /* HEIC, until ours comes back */
        one.picture.onload = function () { one.picture.hidden = false; };
        one.picture.src = one.blob = URL.createObjectURL(one.file);
      } else {
        add(one.row, "span", "", one.file.name);
      }
      one.told = add(one.row, "span", "kept-file__told", word("next"));
      one.again = button(one, word("again"), function () {
        queue(one);
        send();
      });
      one.again.hidden = true;
      button(one, word("drop"), function () { drop(one); });
    }

    function queue(one) {
      one.state = "next";
      one.again.hidden = true;
      one.told.textContent = word("next");
      one.row.classList.remove("kept-file--failed");
    }
    function drop(one) {
      all.splice(all.indexOf(one), 1);
      URL.revokeObjectURL(one.blob);
      one.row.parentNode.removeChild(one.row);
      input.focus();
      if (one === going) one.request.abort();
      changed();
    }
    function changed() {
      input.dispatchEvent(new Event("input", { bubbles: true })); /* where there is a draft, it is saved */
    }

    function send() {
      if (going) return;
      going = waiting()[0];
      if (!going) return finish();
      var one = going, request = one.request = new XMLHttpRequest(), body = new FormData(), quarter = -1;
      one.state = "going";
      body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      if (input.hasAttribute("data-documents")) body.append("documents", "1");
      body.append("file", one.file);
      request.open("POST", input.getAttribute("data-upload"));
      request.responseType = "json";
      request.upload.onprogress = function (event) {
        var percent = Math.min(99, Math.floor(event.loaded / event.total * 100)); /* the rest is the answer */
        one.told.textContent = percent + "%";
        if (Math.floor(percent / 25) === quarter || handIn) return;
        quarter = Math.floor(percent / 25); /* read aloud four times, not a hundred */
        said.textContent = word("going", percent);
      };
      request.onloadend = function () {
        going = null;
        if (all.indexOf(one) >= 0) answered(one, request.status, request.response || {});
        send();
      };
      request.send(body);
    }

    function answered(one, status, answer) {
      one.state = status === 201 ? "done" : "failed";
      if (one.state === "done") {
        var token = add(one.row, "input", "");
        token.type = "hidden";
        token.name = input.name + "-kept";
        token.value = answer.token;
        if (one.picture) one.picture.src = answer.thumb;
        URL.revokeObjectURL(one.blob);
        one.told.textContent = word("done");
        input.required = false; /* it is there, though the control is empty */
        changed();
      } else {
        one.told.textContent = word("failed") + (answer.error || "");
        one.again.hidden = REFUSED.indexOf(status) >= 0;
        one.row.classList.add("kept-file--failed");
      }
      if (!handIn) said.textContent = one.told.textContent;
    }

    /* Nothing is under way any more: a press that waited for it is done now, unless there is something to see first. */
    function finish() {
      if (!handIn) return;
      var by = handIn.by, broken = failed()[0];
      handIn = null;
      if (!broken) return by ? form.requestSubmit(by) : form.requestSubmit();
      said.textContent = broken.told.textContent;
      broken.row.scrollIntoView();
    }

    input.addEventListener("change", function () {
      var there = all.length + form.querySelectorAll('[name="' + input.name + '-drop"]:not(:checked)').length;
      var free = Number(input.getAttribute("data-most")) - there, chosen = Array.prototype.slice.call(input.files);
      input.value = "";
      said.textContent = chosen.length ? word("next") : ""; /* its line is there from now on: nothing moves under a finger */
      chosen.slice(0, Math.max(0, free)).forEach(function (file) {
        var one = { file: file };
        all.push(one);
        show(one);
        queue(one);
      });
      if (chosen.length > free) said.textContent = word("full", input.getAttribute("data-most"));
      send();
    });
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented) return;
      if (going || waiting().length) {
        event.preventDefault();
        handIn = { by: event.submitter };
        said.textContent = word("waits");
        return;
      }
      var rest = new DataTransfer();
      failed().forEach(function (one) { rest.items.add(one.file); });
      input.files = rest.files;
    });
  }

  if (!canHandOver()) return;
  Array.prototype.forEach.call(document.querySelectorAll("input[data-upload]:not([data-upload-on])"), function (input) {
    input.setAttribute("data-upload-on", ""); /* a page with two such fields brings this file twice */
    attach(input);
  });
})();
