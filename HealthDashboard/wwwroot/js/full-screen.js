// A wall on a screen of its own: without the browser's frame, and with css/wall.css also without ours.
document.addEventListener("click", event => {
  if (!event.target.closest("[data-full-screen]")) return;
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen().catch(() => { });
});
