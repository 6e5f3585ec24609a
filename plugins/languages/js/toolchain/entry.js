// The component's own module: it joins the author's function, the SDK and the functions of Usher. `build.mjs` puts in
// the version of the contract and the text of the manifest.
import context from "usher:step/context@{{contract}}";
import log from "usher:step/log@{{contract}}";
import org from "usher:step/org@{{contract}}";
import { component } from "./sdk/usher.js";
import * as author from "./plugin.js";

export const planner = component({ context, log, org }, {{manifest}}, author.plan);
