// What a button asks first: a dialog over the page. What is being written survives a reload, also an answer that never came.
import { Refused } from "./api.js";
import { byId, element, memory } from "./dom.js";
import { randomId } from "./identity.js";
import { say } from "./texts.js";

const DRAFTS = "fabula-drafts";
const KEPT = 10; // forms whose drafts this browser keeps

/**
 * The dialog of forms. `send(message, action, values, clientId)` resolves when the server has them, and throws `Refused` with
 * the field that is wrong; `complain(trouble)` shows what is about none.
 */
export function forms({ chat, send, complain }) {
  const dialog = byId("form");
  const body = byId("form-body");
  const fault = byId("form-fault");
  let open = null; // { name, message, action, fields, clientId, opener }

  const values = () => Object.fromEntries(open.fields.map(({ name }) => [name, inputOf(name).value]));

  const show = (message, action, form, opener) => {
    const name = `${chat}/${action}`;
    const draft = drafts()[name];
    const before = draft?.values ?? {};
    open = { name, message, action, fields: form.fields, clientId: randomId(), opener };
    byId("form-title").textContent = form.title;
    body.replaceChildren(...form.fields.map((field) => fieldNode(field, before[field.name] ?? field.value)));
    byId("form-draft").hidden = !draft;
    clear();
    dialog.showModal();
    inputOf(form.fields[0].name).focus();
  };

  const clear = () => {
    fault.hidden = true;
    for (const { name } of open.fields) {
      byId(`form-wrong-${name}`).textContent = "";
      inputOf(name).removeAttribute("aria-invalid");
    }
  };

  const point = ({ field, sentence }) => {
    const known = open.fields.some(({ name }) => name === field);
    const place = known ? byId(`form-wrong-${field}`) : fault;
    place.textContent = sentence;
    fault.hidden = known;
    if (!known) return;
    inputOf(field).setAttribute("aria-invalid", "true");
    inputOf(field).focus();
  };

  const busy = (now) => { byId("form-send").disabled = now; };

  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (byId("form-send").disabled) return;
    const { name, message, action, clientId } = open;
    clear();
    busy(true);
    try {
      await send(message, action, values(), clientId);
      keep(name, null);
      dialog.close();
    } catch (trouble) {
      if (trouble instanceof Refused && trouble.sentence && trouble.status !== 401) point(trouble);
      else complain(trouble);
      open.clientId = trouble instanceof Refused ? randomId() : clientId;
    } finally {
      busy(false);
    }
  });
  body.addEventListener("input", () => keep(open.name, { values: values() }));
  byId("form-discard").addEventListener("click", () => {
    keep(open.name, null);
    for (const field of open.fields) inputOf(field.name).value = field.value;
    byId("form-draft").hidden = true;
    inputOf(open.fields[0].name).focus();
  });
  for (const leave of ["form-close", "form-cancel"]) byId(leave).addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { if (open.opener.isConnected) open.opener.focus({ preventScroll: true }); });

  return { show };
}

/** Forget everything that was being written. */
export const forgetDrafts = () => memory.write(DRAFTS, "{}");

const inputOf = (name) => byId(`form-field-${name}`);

function fieldNode(field, value) {
  const id = `form-field-${field.name}`;
  const label = element("label", { for: id }, field.label);
  if (!field.required) label.append(" ", say(element("span", { class: "form-optional" }), "page-form-optional"));
  const input = inputNode(field, id);
  input.value = value;
  return element("div", { class: "form-field" }, label, input,
    element("p", { class: "form-wrong", id: `form-wrong-${field.name}`, role: "alert" }));
}

function inputNode(field, id) {
  const common = {
    id, name: field.name, "aria-describedby": `form-wrong-${field.name}`, "aria-required": String(field.required),
    autocomplete: "off", data: { testid: "form-field" }, placeholder: field.hint || null,
  };
  if (field.kind === "long") return element("textarea", { ...common, rows: field.most > 400 ? 10 : 4 });
  if (field.kind === "choice") {
    const none = say(element("option", { value: "" }), "page-form-choose");
    return element("select", common, none, ...field.choices.map(({ value, label }) => element("option", { value }, label)));
  }
  const number = field.kind === "number" ? { inputmode: "numeric" } : {};
  return element("input", { ...common, ...number, type: "text", placeholder: field.hint || range(field) });
}

const range = ({ kind, least, most }) => (kind === "number" ? `${least} – ${most}` : null);

const drafts = () => { try { return JSON.parse(memory.read(DRAFTS) ?? "{}"); } catch { return {}; } };

function keep(name, draft) {
  const others = Object.entries(drafts()).filter(([known]) => known !== name);
  memory.write(DRAFTS, JSON.stringify(Object.fromEntries([...others, ...(draft ? [[name, draft]] : [])].slice(-KEPT))));
}
