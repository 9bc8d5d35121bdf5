// The door's two small duties: speak the visitor's language, and say so when the token was wrong.
const wanted = navigator.languages?.find((language) => /^(zh|en)\b/i.test(language)) ?? "en";
document.documentElement.lang = /^zh/i.test(wanted) ? "zh-Hans" : "en";
const wrong = new URLSearchParams(location.search).has("wrong");
document.getElementById("wrong").hidden = !wrong;
