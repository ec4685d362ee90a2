/** The version of the library, for the record of results; a test holds it to that of the package. */

/**
 * As in `package.json`.
 *
 * @public
 */
export const version = "0.1.0";
