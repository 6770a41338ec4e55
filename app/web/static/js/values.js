// From the fields of a form to a body of the contract, and back from its field names to the fields.

const SEPARATORS = /[;；,，、\n]+/;

/**
 * Return what a form says, by the names of its fields.
 *
 * `data-as` of a field: "list" (a text with separators), "number", "boolean"; checkboxes that share a
 * name and have values become a list. Empty fields are null, or left out where `data-skip-empty` is set.
 */
export function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.type === "file" || field.type === "submit") continue;
    const kind = field.dataset.as;
    if (field.type === "checkbox" && kind !== "boolean") {
      body[field.name] ??= [];
      if (field.checked) body[field.name].push(field.value);
    } else if (field.type === "checkbox") {
      body[field.name] = field.checked;
    } else if (field.type === "radio") {
      if (field.checked) body[field.name] = field.value;
    } else {
      const value = read(field.value, kind);
      if (value !== null || !("skipEmpty" in field.dataset)) body[field.name] = value;
    }
  }
  return body;
}

function read(text, kind) {
  const plain = text.trim();
  if (kind === "list") return plain.split(SEPARATORS).map((word) => word.trim()).filter(Boolean);
  if (kind === "text") return plain;
  if (!plain) return null;
  return kind === "number" ? Number(plain) : plain;
}

/** Show beside each field what is wrong with it; returns the messages of fields that the form does not have. */
export function showWrong(form, errors) {
  clearWrong(form);
  const rest = [];
  for (const { field, message } of errors) {
    const input = form.elements[field.split(".")[0]];
    const first = input instanceof RadioNodeList ? input[0] : input;
    if (!first || first.type === "hidden") {
      rest.push(`${field}：${message}`);
      continue;
    }
    const note = Object.assign(document.createElement("span"), { className: "wrong", textContent: message });
    note.id = `wrong-${field.replaceAll(".", "-")}`;
    first.setAttribute("aria-invalid", "true");
    first.setAttribute("aria-describedby", note.id);
    (first.closest(".field") ?? first.parentElement).append(note);
  }
  form.querySelector('[aria-invalid="true"]')?.focus();
  return rest;
}

/** Take the remarks of the last attempt away. */
export function clearWrong(form) {
  for (const note of form.querySelectorAll(".wrong")) note.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}
