/* Takes the token of a slip out of the address bar and the history: the form knows where the screen is. */

history.replaceState(null, "", document.querySelector("form").action);
