/** Names that the manifest and the server know, too. */

export const SECTION = "sessile";
export const NAME = "Sessile";
export const OLDEST_PYTHON = [3, 10] as const;
