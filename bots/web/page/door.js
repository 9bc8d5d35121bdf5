// What the two doors have in common, the log-in and the invitation: both speak before anybody is known.

/** Show the sentences of the visitor's language. */
export function inTheirLanguage() {
  const wanted = navigator.languages?.find((language) => /^(zh|en)\b/i.test(language)) ?? "en";
  document.documentElement.lang = /^zh/i.test(wanted) ? "zh-Hans" : "en";
}
