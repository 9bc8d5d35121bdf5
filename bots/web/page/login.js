// The door's small duties: speak the visitor's language, say when the token was wrong, and remember the room.
const wanted = navigator.languages?.find((language) => /^(zh|en)\b/i.test(language)) ?? "en";
document.documentElement.lang = /^zh/i.test(wanted) ? "zh-Hans" : "en";
const wrong = new URLSearchParams(location.search).has("wrong");
document.getElementById("wrong").hidden = !wrong;
document.querySelector("form").action = `/login${location.hash}`; // the room that the address names
