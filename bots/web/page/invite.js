// Where a link leads to: what it invites to, and by which name one comes in. Its secret stands behind the `#`, which
// no server and no log sees; only pressing the button uses it, so a preview of the link does not.
import { inTheirLanguage } from "./door.js";

const byId = (id) => document.getElementById(id);
const secret = location.hash.slice(1);

/** Put a word wherever it belongs, and show what stands around it if there is one. */
function fill(name, value, around) {
  for (const place of document.querySelectorAll(`.${name}`)) place.textContent = value;
  for (const place of document.querySelectorAll(`.${around}`)) place.hidden = !value;
}

function show({ name, room, inviter, again, known, needless }) {
  fill("inviter", inviter, "by");
  for (const place of document.querySelectorAll(".you")) place.hidden = Boolean(inviter);
  fill("room", room, "in");
  fill("known", known, "as");
  byId("invited").hidden = needless;
  byId("inside").hidden = byId("home").hidden = !needless;
  byId("enter").hidden = needless;
  const stays = again || known; // they have a name
  byId("ask").hidden = stays;
  byId("name").required = !stays;
  byId("name").value = stays ? "" : name;
  byId("as").hidden = !known || again;
  document.querySelector("[name=secret]").value = secret;
  if (!needless && !stays) byId("name").focus();
}

async function look() {
  const asked = new URLSearchParams(location.search);
  if (asked.has("later")) { byId("later").hidden = false; return; }
  if (!secret || asked.has("wrong")) { byId("gone").hidden = false; return; }
  try {
    const answer = await fetch("/api/invitation", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ secret }),
    });
    if (answer.ok) show(await answer.json());
    else byId(answer.status === 404 || answer.status === 400 ? "gone" : "later").hidden = false;
  } catch {
    byId("later").hidden = false;
  }
}

inTheirLanguage();
addEventListener("hashchange", () => location.reload());
await look();
