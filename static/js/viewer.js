// Beside app.js, fetched when a thread has files to look at or to listen to.

import "./viewer/films.js";
import "./viewer/lightbox.js";
import "./viewer/player.js";
