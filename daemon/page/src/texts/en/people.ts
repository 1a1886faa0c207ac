/** Texts of sign-in, accounts, passes, sessions and visits. */
export const people = {
  language: "Language",
  languageNames: { en: "English", "zh-CN": "简体中文" },
  signIn: "Sign in",
  name: "Name",
  passphrase: "Passphrase",
  yourName: "Your name",
  howToGetIn: "No account? Ask a manager for a pass, or run “latchctl page” on the gateway.",
  passGoes: "Signing in with the pass …",
  passUsed: "A pass is good for one sign-in, for a short time. Ask for another.",
  setUpTitle: "Set up this gateway",
  makeFirstAccount: "Make the account",
  setUpIntro: "This gateway has no account yet. Make the first one: it manages everything.",
  setUpCode: "One-time code",
  setUpCodeHint: "from “sudo latchctl page” on the gateway",
  passphraseHint: (min: number) =>
    `at least ${min} characters; several words are easy to keep in mind`,
};
