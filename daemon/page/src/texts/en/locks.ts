export const locks = {};
