/** The name under which `send` reports, in the place of `SIGNALMAN_NAME`: before status contexts and in the markers of comments. `run` may not have it. */
export const trialInstance = "trial";
