import { render } from "preact";
import { startSession } from "./api/session.ts";
import { App } from "./frame/app.tsx";
import { applyTheme } from "./frame/theme.ts";
import { language, loadTexts } from "./texts/text.ts";
import "./styles/page.css";

const place = document.getElementById("page");
if (place === null) throw new Error("index.html has no place for the page");
applyTheme();
await Promise.all([loadTexts(language.value), startSession()]);
render(<App />, place);
