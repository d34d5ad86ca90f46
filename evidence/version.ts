/**
 * Which writepath made this. The same number stands in package.json, and a test compares the two.
 */
export const VERSION = '0.1.0';
