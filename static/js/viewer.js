// Loaded when a thread has files to look at or to listen to.

import "./viewer/lightbox.js";
import "./viewer/player.js";
