export { ExtensionLoader, getLoadablePath, load } from "./index.js";
