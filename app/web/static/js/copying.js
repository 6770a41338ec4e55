// Buttons that copy what a field holds: data-copies is the field's id.
import { copy } from "./once.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copies]");
  if (button) copy(document.getElementById(button.dataset.copies));
});
