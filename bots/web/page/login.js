// The door's small duties: speak the visitor's language, say when the token was wrong, and remember the room.
import { inTheirLanguage } from "./door.js";

inTheirLanguage();
const asked = new URLSearchParams(location.search);
document.getElementById("wrong").hidden = !asked.has("wrong");
document.getElementById("wait").hidden = !asked.has("wait");
for (const seconds of document.querySelectorAll("#wait b")) seconds.textContent = String(Number(asked.get("wait")) || 1);
document.querySelector("form").action = `/login${location.hash}`; // the room that the address names
