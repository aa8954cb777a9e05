/* Plays a recording where its link is tapped, one at a time; without this script the browser opens the file. */

let playing = null;

function stop() {
  playing?.sound.pause();
  playing?.link.removeAttribute("data-playing");
  playing = null;
}

addEventListener("click", (event) => {
  const link = event.target.closest?.(".listen");
  if (!link) return;
  event.preventDefault();
  const again = playing?.link === link;
  stop();
  if (again) return;
  const sound = new Audio(link.href);
  playing = { link, sound };
  link.setAttribute("data-playing", "");
  sound.addEventListener("ended", stop);
  sound.play().catch(stop);
});
