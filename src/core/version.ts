/** The version of the program: that of package.json (version.test.ts). */
export const VERSION = '0.3.0';
