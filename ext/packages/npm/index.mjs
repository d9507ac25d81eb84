import lore from "./index.js";

export const { getLoadablePath, load } = lore;
